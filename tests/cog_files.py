"""Small excerpts in the form INSEE and La Poste publish, written by hand for the tests."""

# ruff: noqa: E501 (lines as they are published)
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

COMMUNES = """\
TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT
"COM","01004","84","01","01D","011","1","AMBERIEU EN BUGEY","Ambérieu-en-Bugey","Ambérieu-en-Bugey","0101",""
"COM","01015","84","01","01D","011","1","ARBOYS EN BUGEY","Arboys en Bugey","Arboys en Bugey","0104",""
"COMD","01015","","","","","1","ARBIGNIEU","Arbignieu","Arbignieu","","01015"
"COMD","01340","","","","","0","SAINT BOIS","Saint-Bois","Saint-Bois","","01015"
"COM","2A004","94","2A","20R","2A1","1","AJACCIO","Ajaccio","Ajaccio","2A99",""
"COM","75056","11","75","75C","751","0","PARIS","Paris","Paris","7599",""
"ARM","75112","11","75","75C","751","0","PARIS 12","Paris 12e Arrondissement","Paris 12e Arrondissement","","75056"
"COM","76351","28","76","76D","762","2","HAVRE","Havre","Le Havre","7699",""
"COM","93066","11","93","93D","933","0","SAINT DENIS","Saint-Denis","Saint-Denis","9399",""
"COM","97411","04","974","974D","9741","0","SAINT DENIS","Saint-Denis","Saint-Denis","97499",""
"COM","93031","11","93","93D","933","1","ILE SAINT DENIS","Île-Saint-Denis","L'Île-Saint-Denis","9316",""
"""
HISTOIRE = """\
COM,TNCC,NCC,NCCENR,LIBELLE,DATE_DEBUT,DATE_FIN
01004,1,AMBERIEU,Ambérieu,Ambérieu,1943-01-01,1955-03-31
01004,1,AMBERIEU EN BUGEY,Ambérieu-en-Bugey,Ambérieu-en-Bugey,1955-03-31,
01015,1,ARBIGNIEU,Arbignieu,Arbignieu,1943-01-01,2016-01-01
01015,1,ARBOYS EN BUGEY,Arboys en Bugey,Arboys en Bugey,2016-01-01,
01340,0,SAINT BOIS,Saint-Bois,Saint-Bois,1943-01-01,2016-01-01
20004,1,AJACCIO,Ajaccio,Ajaccio,1943-01-01,1976-01-01
2A004,1,AJACCIO,Ajaccio,Ajaccio,1976-01-01,
75056,0,PARIS,Paris,Paris,1943-01-01,
76351,2,HAVRE,Havre,Le Havre,1943-01-01,
75066,0,SAINT DENIS,Saint-Denis,Saint-Denis,1943-01-01,1968-01-01
93066,0,SAINT DENIS,Saint-Denis,Saint-Denis,1968-01-01,
93031,1,ILE SAINT DENIS,Île-Saint-Denis,L'Île-Saint-Denis,1968-01-01,
"""
MOUVEMENTS = """\
MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP
10,1955-03-31,COM,01004,1,AMBERIEU,Ambérieu,Ambérieu,COM,01004,1,AMBERIEU EN BUGEY,Ambérieu-en-Bugey,Ambérieu-en-Bugey
32,2016-01-01,COM,01015,1,ARBIGNIEU,Arbignieu,Arbignieu,COM,01015,1,ARBOYS EN BUGEY,Arboys en Bugey,Arboys en Bugey
32,2016-01-01,COM,01015,1,ARBIGNIEU,Arbignieu,Arbignieu,COMD,01015,1,ARBIGNIEU,Arbignieu,Arbignieu
32,2016-01-01,COM,01340,0,SAINT BOIS,Saint-Bois,Saint-Bois,COM,01015,1,ARBOYS EN BUGEY,Arboys en Bugey,Arboys en Bugey
32,2016-01-01,COM,01340,0,SAINT BOIS,Saint-Bois,Saint-Bois,COMD,01340,0,SAINT BOIS,Saint-Bois,Saint-Bois
41,1976-01-01,COM,20004,1,AJACCIO,Ajaccio,Ajaccio,COM,2A004,1,AJACCIO,Ajaccio,Ajaccio
41,1968-01-01,COM,75066,0,SAINT DENIS,Saint-Denis,Saint-Denis,COM,93066,0,SAINT DENIS,Saint-Denis,Saint-Denis
"""
OUTREMER = """\
COM_COMER,TNCC,NCC,NCCENR,LIBELLE,NATURE_ZONAGE,COMER,LIBELLE_COMER
98735,1,PAPEETE,Papeete,Papeete,COM,987,Polynésie française
"""
PAYS = """\
COG,ACTUAL,CRPAY,ANI,LIBCOG,LIBENR,CODEISO2,CODEISO3,CODENUM3
99109,1,,,ALLEMAGNE,RÉPUBLIQUE FÉDÉRALE D'ALLEMAGNE,DE,DEU,276
99352,1,,1962,ALGÉRIE,RÉPUBLIQUE ALGÉRIENNE DÉMOCRATIQUE ET POPULAIRE,DZ,DZA,012
99157,1,,2008,KOSOVO,RÉPUBLIQUE DU KOSOVO,,,
"""
PAYS_HISTOIRE = """\
COG,CRPAY,LIBCOG,LIBENR,DATE_DEBUT,DATE_FIN
99115,,TCHÉCOSLOVAQUIE,TCHÉCOSLOVAQUIE,1943-01-01,1993-01-01
99109,,ALLEMAGNE,RÉPUBLIQUE FÉDÉRALE D'ALLEMAGNE,1990-10-03,
"""
POSTAUX = """\
#Code_commune_INSEE;Nom_de_la_commune;Code_postal;Libellé_d_acheminement;Ligne_5
01004;AMBERIEU EN BUGEY;01500;AMBERIEU EN BUGEY;
01015;ARBOYS EN BUGEY;01300;ARBOYS EN BUGEY;ST BOIS
75112;PARIS 12;75012;PARIS;
76351;LE HAVRE;76600;LE HAVRE;
76351;LE HAVRE;76610;LE HAVRE;
93031;L ILE ST DENIS;93450;L ILE ST DENIS;
93066;ST DENIS;93200;ST DENIS;
97411;ST DENIS;97400;ST DENIS;
"""
POPULATION = """\
CODREG;REG;CODDEP;DEP;CODARR;CODCAN;CODCOM;COM;PMUN;PCAP;PTOT
11;Île-de-France;93;Seine-Saint-Denis;3;99;066;Saint-Denis;113942;500;114442
11;Île-de-France;93;Seine-Saint-Denis;3;16;031;L'Île-Saint-Denis;8620;60;8680
04;La Réunion;974;La Réunion;1;99;411;Saint-Denis;155634;2000;157634
94;Corse;2A;Corse-du-Sud;1;99;004;Ajaccio;76320;900;77220
"""
COMEDEC = "code_insee;commune\n01015;Arboys en Bugey\n76351;Le Havre\n"

FILES = {
    "v_commune_2026.csv": COMMUNES,
    "v_commune_depuis_1943.csv": HISTOIRE,
    "v_mvt_commune_2026.csv": MOUVEMENTS,
    "v_commune_comer_2026.csv": OUTREMER,
    "v_pays_territoire_2026.csv": PAYS,
    "v_pays_et_territoire_depuis_1943.csv": PAYS_HISTOIRE,
    "donnees_communes.csv": POPULATION,
}


def lay(folder: Path) -> tuple[Path, ...]:
    """Every public file, those of INSEE in UTF-8, that of La Poste in ISO-8859-1."""
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8", newline="\r\n")
    (folder / "019HexaSmal.csv").write_text(POSTAUX, "iso-8859-1", newline="\r\n")
    return tuple(sorted(folder.glob("*.csv")))
