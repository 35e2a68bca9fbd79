"""Prelude: a pre-treatment screening questionnaire."""

VERSION = "0.1.0"
