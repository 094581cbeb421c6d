"""Paper on the glass of a scanner: photographs found and cropped, pages checked.

outline     sheets of paper on the lid, to a tenth of a millimetre
photo       the printed photograph: found, upright, cropped, judged
defects     what is wrong with the print itself
page        a page: straightened, judged
ink         where a page is written on, which way it stands
"""
