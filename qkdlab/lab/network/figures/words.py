"""The words of the live figures of networks."""

from typing import Final

from ...components.text import add_words

LINK_END_FIGURE: Final = {
    "title": "Why links end",
    "x": "length of the fibre, km",
    "y": "secret bits per pulse",
    "session": "one session of {pulses} pulses (theory)",
    "limit": "no devices can do better, straight through",
    "reach": "ends with endlessly many pulses",
    "length_km": "Fibre, km",
    "pulses": "Pulses of a session",
    "dark": "Dark counts ×",
    "told": "Over {length} km {arrive} of the photons arrive. {pulses} pulses make {bits} secret bits; "
    "the best devices could make {limit}. With endlessly many pulses these devices reach {reach} km.",
}

RELAY_CHAIN_FIGURE: Final = {
    "title": "Nodes on the way: more key, and more who know it",
    "x": "trusted nodes between",
    "y": "key rate of the two ends, bit/s",
    "rate": "chain of equal links (theory)",
    "limit": "no node, the best devices",
    "nodes": "Nodes between",
    "length_km": "The whole way, km",
    "told": "{length} km in links of {each} km, with {nodes} nodes between: {rate}. {nodes} nodes know "
    "each key, and each of its bits uses up {cost} bits of the links' keys.",
    "told_one": "{length} km in links of {each} km, with one node between: {rate}. It knows each key, and "
    "each of its bits uses up {cost} bits of the links' keys.",
    "told_straight": "{length} km straight through: {rate}. Nobody but the users knows the key.",
    "told_none": "{length} km with {nodes} nodes between: links of {each} km make no key.",
}

STAR_FIGURE: Final = {
    "title": "A star: trust the hub, or switch the light?",
    "x": "users",
    "y": "key rate of a pair, bit/s",
    "alone": "trusted hub, this pair alone (theory)",
    "alike": "trusted hub, all pairs alike (theory)",
    "switched": "optical switch, all pairs in turns (theory)",
    "users": "Users",
    "length_km": "Each fibre, km",
    "told": "{users} users, {length} km from the middle. A trusted hub gives each pair {alike}, and knows "
    "every key. A switch gives {switched} and knows none: losses add, and a pair has light {duty} of the "
    "time.",
    "fewer": "{rate}, {factor} times less,",
    "nothing": "no key",
}

add_words(
    {
        "link_end_figure": LINK_END_FIGURE,
        "relay_chain_figure": RELAY_CHAIN_FIGURE,
        "star_figure": STAR_FIGURE,
    }
)
