"""Faces: where they are, what is measured on them, and what the policy says of it.

models      the pinned files that landmarks come from, and how they are installed
networks    those files at work
landmarks   what is known of a face, and who may tell: models, or the agent's clicks
geometry, light, ground, detail, worn    measures
assessment  all of them, judged
"""
