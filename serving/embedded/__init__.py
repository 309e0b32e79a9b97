"""The part of the Ollama HTTP API that Agent1 uses, over llama.cpp, for machines without a model server."""
