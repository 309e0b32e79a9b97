"""How often the live watch goes back: for models that are no worse, and for worse ones. By simulation.

    python bench/live_watch.py

Faces are drawn from five shares each; the watch itself (trainer/watch) compares them, at its own looks. No server, no
store. Prints a line for each pair of models; the first line's figures are false alarms.
"""

import numpy as np

from agent1.trainer.watch import LOOKS, compare

SHARES = {  # of the faces 1 to 5
    "former": (0.05, 0.10, 0.20, 0.35, 0.30),
    "the same": (0.05, 0.10, 0.20, 0.35, 0.30),
    "worse by 0.5": (0.12, 0.18, 0.25, 0.25, 0.20),
    "worse by 1": (0.25, 0.22, 0.24, 0.17, 0.12),
    "worse by 2": (0.60, 0.22, 0.10, 0.05, 0.03),
}
TRIES = 1000


def main() -> None:
    dice = np.random.default_rng(0)
    former_shares = SHARES["former"]
    for name, shares in list(SHARES.items())[1:]:
        for known in (20, 100):
            gone = dict.fromkeys(LOOKS, 0)
            for _ in range(TRIES):
                former = dice.choice(5, known, p=former_shares) + 1
                new = dice.choice(5, LOOKS[-1], p=shares) + 1
                for look in LOOKS:
                    if compare(new[:look].tolist(), former.tolist()).is_worse:
                        gone[look] += 1
                        break
            told, so_far = [], 0
            for look, count in gone.items():
                so_far += count
                told.append(f"{100 * so_far / TRIES:5.1f} % by {look}")
            print(f"{name:13} former rated {known:3} times: {', '.join(told)}")


if __name__ == "__main__":
    main()
