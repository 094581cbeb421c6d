"""The agent's card behind PC/SC; the driver `agent-card` recognises it by its applications."""

from drivers.agent_card.driver import AgentCard

__all__ = ["AgentCard"]
