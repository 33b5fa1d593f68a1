"""The face of a card, drawn and signed: name, address and numbers, and a photo of nobody."""

from cardsim.mynumber.face.contents import FaceText, visual_contents
from cardsim.mynumber.face.photo import draw_photo
from cardsim.mynumber.face.text import draw_address, draw_code, draw_name, draw_number

__all__ = [
    "FaceText",
    "draw_address",
    "draw_code",
    "draw_name",
    "draw_number",
    "draw_photo",
    "visual_contents",
]
