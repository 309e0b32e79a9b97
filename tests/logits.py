"""What a model says next, in llama.cpp and in transformers: log-probabilities of every token after some ids."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import xllamacpp

Vector = np.ndarray[Any, np.dtype[np.float64]]


def llama_cpp_says(model: Path, ids: Sequence[int], vocabulary: int) -> Vector:
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.n_ctx = 1024
    params.n_parallel = 1
    params.warmup = False
    params.fit_params = False
    params.verbosity = 0
    params.ui = False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.cache_type_k = params.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
    server = xllamacpp.Server(params)
    with httpx.Client(base_url=server.listening_address, trust_env=False, timeout=120) as client:
        asked = {"prompt": list(ids), "n_predict": 1, "n_probs": vocabulary, "temperature": 0, "cache_prompt": False}
        # An end token or half a character would be held back. The bias decides what is chosen, not what is told.
        asked["logit_bias"] = [["a", 1000.0]]
        answer = client.post("/completion", json=asked).raise_for_status().json()
    said = np.full(vocabulary, np.nan)
    for entry in answer["completion_probabilities"][0]["top_logprobs"]:
        said[entry["id"]] = entry["logprob"]
    return said


def transformers_say(folder: Path, ids: Sequence[int]) -> Vector:
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    with torch.no_grad():
        logits = model(torch.tensor([list(ids)])).logits[0, -1].double()
    said: Vector = torch.log_softmax(logits, dim=-1).numpy()
    return said
