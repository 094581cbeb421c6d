"""Synthetic portraits, the same for the same parameters: nobody's face, and no photograph.

    params      what can be asked for
    head        the shape, as distances to ellipsoids        solids: the shapes themselves
    texture     the skin, flat                                eyes, mouth, canvas: what is on it
    view        the camera                                    march: what each ray meets
    light       colours of what was met                       worn: glasses, masks, hands
    landmarks   where everything is in the picture

Lengths are centimetres; in the frame of the head x goes to the right of the picture, y up and z
towards the camera, from the point between the eyes. Colours are B, G, R from 0 to 255.
"""

from simulators.faces.landmarks import truth
from simulators.faces.params import Glasses, Occlusion, Params, person
from simulators.faces.render import render

__all__ = ["Glasses", "Occlusion", "Params", "person", "render", "truth"]
