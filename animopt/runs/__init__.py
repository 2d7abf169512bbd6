"""Runs: a problem is simulated, and its runs are reported and tuned."""

from animopt.runs.paper import Paper
from animopt.runs.problem import Problem
from animopt.runs.run import Ending, Run, Trajectory
from animopt.runs.simulation import Simulation, simulate

__all__ = ["Ending", "Paper", "Problem", "Run", "Simulation", "Trajectory", "simulate"]
