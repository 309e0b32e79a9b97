"""All Agent1 asks of a model server, and the embedded server for machines that have none."""

from . import openmp

openmp.provide()  # before any module loads llama.cpp
