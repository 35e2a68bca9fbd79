"""The app that workers are forked with, so that one that was killed is replaced at once."""

from bench.faults.mail_worker import config_of
from screening.app import create_app

APP = create_app(config_of("postgresql://127.0.0.1:1/nowhere", 1))
