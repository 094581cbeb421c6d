"""The local HTTP interface of the station."""
