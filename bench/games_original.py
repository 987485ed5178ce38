"""Measures the original engine of text games: python - SECONDS GAME.tw-pddl"""
import json
import random
import sys
import time

from textworld.core import EnvInfos
from textworld.envs.pddl import PddlEnv

STEPS = 30
limit, game = float(sys.argv[1]), sys.argv[2]
choose = random.Random(1)
steps = episodes = 0
stepping = resetting = 0.0
env = PddlEnv(EnvInfos(admissible_commands=True, won=True))
env.load(game)  # not measured: it is done once a game
while stepping + resetting < limit or episodes < 2:
    start = time.perf_counter()
    state = env.reset()
    resetting += time.perf_counter() - start
    start = time.perf_counter()
    for _ in range(STEPS):
        state, _, _ = env.step(choose.choice(state["admissible_commands"]))
    stepping += time.perf_counter() - start
    steps += STEPS
    episodes += 1
json.dump({"steps": steps / stepping, "episodes": episodes / (stepping + resetting)}, sys.stdout)
