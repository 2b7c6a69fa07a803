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
    "told": "{length} km in links of {each} km, with {nodes} nodes between: {rate}, in sessions of {seconds} "
    "s. {nodes} nodes know each key, and each of its bits uses up {cost} bits of the links' keys.",
    "told_one": "{length} km in links of {each} km, with one node between: {rate}, in sessions of {seconds} "
    "s. It knows each key, and each of its bits uses up {cost} bits of the links' keys.",
    "told_straight": "{length} km straight through: {rate}, in sessions of {seconds} s. "
    "Nobody but the users knows the key.",
    "told_none": "{length} km with {nodes} nodes between: links of {each} km make no key.",
    "told_none_one": "{length} km with one node between: links of {each} km make no key.",
    "told_none_straight": "{length} km straight through: no key.",
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

FORMS_FIGURE: Final = {
    "title": "What a network is built of",
    "x": "users",
    "y": "pairs of units",
    "chain": "chain",
    "ring": "ring",
    "star": "star, with a trusted hub or a switch",
    "mesh": "mesh",
    "users": "Users",
    "told": "{users} users are {pairs} pairs. A chain takes {chain} pairs of units, a ring {ring}, a star "
    "{star}, a mesh {mesh}. A key of their own have {chain} pairs in the chain, {ring} in the ring, none "
    "around a trusted hub, and all in the mesh and around a switch.",
}

ALL_VIEWS_FIGURE: Final = {
    "title": "What can be seen, and what it says about a key of one bit",
    "x": "what was seen, all cases in turn",
    "y": "how often the key is 1",
    "share": "share of the cases with key 1",
    "nothing": "½: it says nothing",
    "view": "Seen, case",
    "ways": "Ways, a share on each",
    "read": "Nodes that are read",
    "listener": "a listener",
    "and": " and ",
    "net_1": "A chain A–B–C–D",
    "net_2": "Two ways, A–B–D and A–C–D",
    "told": "{net}: {who} may see {number} different things. No. {view} is {seen}. Of all cases, {zero} with "
    "key 0 and {one} with key 1 look like this: {meaning}.",
    "seen": "{word} = {value}",
    "no_case": "none",
    "either": "the key may be either",
    "known": "the key is known to be {key}",
}

SHARES_FIGURE: Final = {
    "title": "Shares: private, or sure to arrive?",
    "x": "ways that are read, or lost",
    "y": "share of the key",
    "known": "known to who reads so many",
    "arrives": "arrives if so many are lost",
    "number": "Ways read, or lost",
    "threshold": "Shares that give the key",
    "ways": "Ways",
    "told": "{threshold} of {ways} shares give the key. Who reads {number} ways knows {known} of it; "
    "if {number} are lost, {arrives}. Up to {private} may be read, and up to {lost} lost.",
    "told_one": "{threshold} of {ways} shares give the key. Who reads one way knows {known} of it; "
    "if one is lost, {arrives}. Up to {private} may be read, and up to {lost} lost.",
    "nothing": "nothing",
    "everything": "all",
    "there": "it arrives",
    "gone": "it does not arrive",
}

STORES_FIGURE: Final = {
    "title": "Keys stored on each link",
    "x": "minutes",
    "y": "10⁶ bits, both directions",
    "minute": "Minute",
    "pool": "{link} {stored}",
    "event": "{what} {where}",
    "told": "Minute {minute}: stored are {pools} million bits; {served} keys were served, {failed} were not. "
    "Last: {last}.",
    "first": "nothing yet",
}

add_words(
    {
        "forms_figure": FORMS_FIGURE,
        "all_views_figure": ALL_VIEWS_FIGURE,
        "shares_figure": SHARES_FIGURE,
        "stores_figure": STORES_FIGURE,
        "link_end_figure": LINK_END_FIGURE,
        "relay_chain_figure": RELAY_CHAIN_FIGURE,
        "star_figure": STAR_FIGURE,
    }
)
