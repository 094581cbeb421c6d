"""Faces: where they are, what is measured on them, and what the policy says of it.

models      the pinned files that landmarks come from, and how they are installed
networks    those files at work
landmarks   what is known of a face, and who may tell: models, or the agent's clicks
geometry, light, ground, detail, worn    measures
sight, advice, autocapture, overlay      live frames: what they show, what to say, which one to keep
assessment  all of them, judged
"""
