"""Synthetic portraits, the same for the same parameters: nobody's face, and no photograph.

    params      what can be asked for
    build       proportions by person and age                hair: cuts, hats, scarves
    head        the shape, as distances to ellipsoids        solids: the shapes themselves
    texture     the skin, flat                                eyes, mouth, canvas: what is on it
    view        the camera                                    march: what each ray meets
    light       colours of what was met                       worn: glasses, masks, hands
    landmarks   where everything is in the picture                 wall: what is behind
    causes      portraits that conform, and with one thing wrong    negatives: what is no face

Lengths are centimetres; in the frame of the head x goes to the right of the picture, y up and z
towards the camera, from the point between the eyes. Colours are B, G, R from 0 to 255.
"""

from simulators.faces.causes import Cause, random_conforming, with_cause
from simulators.faces.landmarks import truth
from simulators.faces.params import Glasses, HairCut, Headgear, Occlusion, Params, Second, person
from simulators.faces.render import render

__all__ = [
    "Cause",
    "Glasses",
    "HairCut",
    "Headgear",
    "Occlusion",
    "Params",
    "Second",
    "person",
    "random_conforming",
    "render",
    "truth",
    "with_cause",
]
