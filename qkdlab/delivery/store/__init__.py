"""The key stores of two KMEs, and why no key is ever repeated or split between them.

A KME keeps its bits in one SQLite file. Blocks of equal bits are put into both stores, and are cut there into
chunks that bear the same names at both ends. A chunk is in the "out" pool of one end and in the "in" pool of
the other; only the KME of the first makes keys of it, so the two ends never take the same chunk for different
keys. A key is made in these steps, and each is on the disk (a commit, with a sync) before the next begins::

    A  reserve    chunks leave A's pool for a key that nobody can fetch   →  offer to B
    B  hold       the same chunks leave B's pool for the same key         →  answer to A
    A  deliver    A hands the key to its master and has it no more        →  answer to the master
    B  take       the slave has it; after the last slave it is wiped      →  answer to the slave

**Nothing repeats.** A chunk leaves its pool in the commit that makes a key of it, a key is wiped in the
commit that hands it to the last who is entitled, and bits are returned after that commit only. A chunk that
has left a pool never comes back, except by `put_back`, when the other end has never heard of it. So whatever
arrives twice, late or in another order finds no chunks: destroyed chunks are the only memory that is needed,
and names of finished keys are forgotten. A chunk that is given up before it has arrived is remembered until
its block comes.

**Nothing is split.** The master is told the name of a key after both ends have the key. The ends agree on the
bits of a chunk because a block goes to its "in" end first, and to its "out" end as much of it as the first
has kept, one block after the other, under a number that was never used before (numbers rise; a feeder that
takes the time in nanoseconds cannot use one again).

**What a crash loses.**

- A after ``reserve``: at the next start A gives the key up (`KeyStore` does so when it opens), and tells B
  until B answers.
- B before or after ``hold``, or the answer is lost: A does not know, gives the key up and tells B. If that
  word comes before the offer, the chunks are taken out of B's pool, and the offer is refused.
- A after ``deliver``, before its answer: the master asks again and gets another key; the lost one expires at
  B.
- B after ``take``, before its answer: the slave does not get the key. The master has it: both ask for
  another.
- Either while a block comes in: an end has a block, or a part, that the other has not. Each offer says below
  which chunk A has nothing left, each refusal below which B has nothing, and the other end drops what it has
  there; a full pool lets its oldest chunks go for new ones. So what only one end has cannot fill it up.

**What this rests on.** Files that only go forward: an old copy brought back, a journal lost or damaged, is
found out by a count beside the store (`KeyStoreError`), unless the count was brought back with it. A disk
that has synced what it says it has. Peers that follow the protocol: a KME that lies can spoil keys and waste
bits, as it knows its keys anyway. Bits are not encrypted in the file: whoever reads the file, or the
process's memory, has the keys that are in it. Wiped bits are overwritten in the file when its journal is
emptied (`scrub`, `close`); what flash disks, snapshots and backups keep is out of reach.
"""

from ...errors import ChunksMissing
from .chunk_pool import Direction
from .key_store import KeyStore
from .offers import Offer, Reservation
from .store_counts import PoolLevel, StoreCounts

__all__ = ["ChunksMissing", "Direction", "KeyStore", "Offer", "PoolLevel", "Reservation", "StoreCounts"]
