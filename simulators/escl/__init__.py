"""The parts of an eSCL scanner in software: see `simulators.document_scanner`."""
