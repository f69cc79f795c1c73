"""The blueprint on which the rooms of this activity register their pages; ``create_app`` lists them."""

from flask import Blueprint

bp = Blueprint("processes", __name__)
