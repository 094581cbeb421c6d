"""Communes with their history, postal codes and countries, without a network.

`lookup.Referentiel` answers; `opened.load` opens the national table of the settings or, without
one, the small table that ships here. `build` makes the national table out of the public files.
Nothing found here ever blocks an application: `lookup.Referentiel.birth_place` warns
(process.md §13.2).
"""
