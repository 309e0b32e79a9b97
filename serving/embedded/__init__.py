"""The part of Ollama's HTTP API that Agent1 uses, over llama.cpp, in a process of its own, one per home.

The default of a machine without Ollama, not its rival: GGUF files only, no pulling, no embeddings, no images,
no tools, no quantising. Statuses, keys, types and error wordings are those of a real Ollama v0.32.

How the files lie: process (find, start, stop) -> __main__ (one server) -> app (routes) -> chat, create, describe
-> shelf (blobs and manifests on disk), pool (at most two models) -> engine (one model) -> runner (llama.cpp,
one process per loaded model).
"""
