"""Keys for nodes that are not neighbours, passed on by trusted nodes between them.

Every link of a path has a key that its two ends share, and each relay uses up as many bits of each as the
key has. With a one-time pad the source draws the secret S, and hop by hop it is sent under the next link's
key: every node on the way reads S. With parities nothing secret is sent: each node announces the XOR of its
two link keys, and the target finds the first of them, K₁ = K_m ⊕ P_{m-1} ⊕ … ⊕ P₁; every node on the way
can do the same. Over several paths that share no node but the ends, shares of S are sent, and a node sees
one of them alone.

Messages are authenticated between neighbours, so that nobody else can change them unnoticed. A node on the
path that lies is not found out by that, as it gives its false words the right tags: both ends have a key
then, and not the same. `confirmation` finds it out, with a secret that the ends have apart from the relay.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...values import SecretKey, check_instance
from ..routing.breadth_first import Path
from .hops import NO_LIES, Lies, LinkKey, Step, Tamper, check_tags_left, send
from .linear_words import Word, xor_words
from .relayed_key import Record, RelayedKey
from .routes import Keys, check_routes


def relay_one_time_pad(
    path: Sequence[str],
    keys: Keys,
    secret: SecretKey,
    *,
    tamper: Tamper | None = None,
    lies: Lies = NO_LIES,
) -> RelayedKey:
    """Send a secret along a path, on every link under a one-time pad; every node on the way reads it.

    Parameters
    ----------
    path
        Names of two nodes or more, none twice: source, nodes that pass the secret on, target.
    keys
        One for each link of the path, as long as the secret, none of it used before.
    secret
        S, uniformly random, drawn by the source. On a path of one link it is left unused: that link's key is
        the key, and nothing is sent.
    tamper
        What an attacker makes of messages on the way.
    lies
        What nodes between the ends add to what they pass on.

    Raises
    ------
    ValueError
        If a key does not belong to its link, or is of another length.
    RelayRejected
        If a message does not have its tag. Nothing is delivered, but link keys are used up as far as it went.
    KeyExhausted
        If a link has no bits left for a tag; nothing was sent then.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> keys = [LinkKey.draw("A", "B", 256, rng), LinkKey.draw("B", "C", 256, rng)]
    >>> relayed = relay_one_time_pad(["A", "B", "C"], keys, SecretKey(rng.integers(0, 2, 256)))
    >>> relayed.target_key == relayed.source_key
    True
    >>> for step in relayed.steps:
    ...     step
    Step(A → B: S ⊕ K(A–B); B computes S)
    Step(B → C: S ⊕ K(B–C); C computes S)
    """
    check_instance("secret", secret, SecretKey)
    (path,), (keys,) = check_routes([path], [keys], len(secret))
    record = Record(keys)
    if len(keys) == 1:
        return record.result((path,), keys[0].word(path[0]), keys[0].word(path[1]))
    check_tags_left(keys)
    word = Word.independent("S", secret)
    record.sees(path[0], word)
    arrived = carry(record, path, keys, word, "S", tamper, lies)
    return record.result((path,), word, arrived)


def relay_parities(
    path: Sequence[str], keys: Keys, *, tamper: Tamper | None = None, lies: Lies = NO_LIES
) -> RelayedKey:
    """Make the first link's key the key of both ends of a path, by announcements of the nodes between.

    The i-th node after the source announces Pᵢ = Kᵢ ⊕ Kᵢ₊₁, the XOR of its two link keys. The announcements
    go along the path, each node adding its own, so that each message can be authenticated between neighbours;
    who collects them, such as a central controller, learns nothing of the key from them.

    Parameters
    ----------
    path, keys, tamper, lies
        As for `relay_one_time_pad`; all keys are equally long.

    Raises
    ------
    ValueError, RelayRejected, KeyExhausted
        As `relay_one_time_pad`.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> keys = [LinkKey.draw("A", "B", 8, rng), LinkKey.draw("B", "C", 8, rng)]
    >>> relay_parities(["A", "B", "C"], keys).steps
    (Step(B → C: K(A–B) ⊕ K(B–C); C computes K(A–B)),)
    """
    (path,), (keys,) = check_routes([path], [keys], None)
    check_tags_left(keys[1:])
    record = Record(keys)
    announced: tuple[Word, ...] = ()
    target_word = keys[-1].word(path[-1])
    for sender, receiver, before, after in zip(path[1:], path[2:], keys, keys[1:], strict=False):
        lie = (lies[sender],) if sender in lies else ()
        record.sees(sender, *lie)
        made_from = before.word(sender), after.word(sender), *lie
        message = *announced, xor_words(made_from)
        record.publishes(sender, *message)
        announced, tag = send(after, sender, receiver, message, context=("parities", *path), tamper=tamper)
        record.sees(receiver, *announced)
        used: tuple[Word, ...] = ()
        if receiver == path[-1]:
            used = after.word(receiver), *announced[::-1]
            target_word = xor_words(used)
        record.steps.append(
            Step(
                sender=sender,
                receiver=receiver,
                made_from=made_from,
                message=message,
                tag=tag,
                used=used,
                result=target_word if used else None,
            )
        )
    return record.result((path,), keys[0].word(path[0]), target_word)


def carry(
    record: Record,
    path: Path,
    keys: tuple[LinkKey, ...],
    word: Word,
    what: str,
    tamper: Tamper | None,
    lies: Lies,
) -> Word:
    """Send a word along a path under one-time pads, and return it as it arrives.

    Parameters
    ----------
    record
        Where the steps are noted, and who sees what.
    path, keys
        As `check_routes` returns them.
    word
        The word, from the path's first node.
    what
        What it is: covered by the tags.
    tamper
        What an attacker makes of messages on the way.
    lies
        What nodes between the ends add to the word before they pass it on.

    Raises
    ------
    RelayRejected
        If a message does not have its tag.
    """
    for sender, receiver, key in zip(path, path[1:], keys, strict=False):
        if sender in lies and sender != path[0]:
            word = word ^ lies[sender]
            record.sees(sender, lies[sender], word)
        made_from = word, key.word(sender)
        sealed = xor_words(made_from)
        record.publishes(sender, sealed)
        (received,), tag = send(key, sender, receiver, [sealed], context=(what, *path), tamper=tamper)
        used = received, key.word(receiver)
        word = xor_words(used)
        record.sees(receiver, received, word)
        record.steps.append(
            Step(
                sender=sender,
                receiver=receiver,
                made_from=made_from,
                message=(sealed,),
                tag=tag,
                used=used,
                result=word,
            )
        )
    return word
