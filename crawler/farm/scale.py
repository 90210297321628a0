"""Makes a world larger or smaller and keeps its shape."""

from __future__ import annotations

from typing import TypeVar, cast

from crawler.farm.world import CloneTrap, Group, MentionTrap, PlaceholderTrap, World, WorldError

_Sized = TypeVar("_Sized", bound="Group | CloneTrap | MentionTrap | PlaceholderTrap")


def scaled(world: World, sites: int) -> World:
    """The world with about this many sites: every group grows alike, and the largest group of strangers takes up the rest.

    Raises:
        WorldError: fewer sites than the world has groups and faults, or too many.
    """
    factor = sites / world.size
    networks = tuple(_resized(network, factor, 2) for network in world.networks)
    strangers = [_resized(group, factor, 1) for group in world.strangers]
    traps = tuple(_resized(trap, factor, 1) for trap in world.traps)
    if strangers:
        aliases = sum(network.aliases for network in networks)
        total = sum(group.sites for group in (*networks, *strangers, *traps)) + aliases
        largest = max(range(len(strangers)), key=lambda index: strangers[index].sites)
        group = strangers[largest]
        strangers[largest] = group.model_copy(update={"sites": max(1, sum(group.faults.values()), group.sites + sites - total)})
    made = world.model_dump(exclude_none=True)
    for name, values in (("networks", networks), ("strangers", strangers), ("traps", traps)):
        made[name] = [value.model_dump(exclude_none=True) for value in values]
    try:
        return World.model_validate(made)
    except ValueError as error:
        raise WorldError(f"The world {world.name!r} cannot have {sites} sites: {error}") from error


def _resized(part: _Sized, factor: float, least: int) -> _Sized:
    faults = sum(part.faults.values()) if isinstance(part, Group) else 0
    return cast(_Sized, part.model_copy(update={"sites": max(least, faults, round(part.sites * factor))}))
