"""The guided questions of the encryptor panel: predict, do this, what do you see?"""

from ..learning.choice import Choice, Option

GUIDE = (
    Choice(
        name="who reads the messages",
        question="Eve listens on the data link and hears all. What does she read?",
        options=(
            Option(
                text="Everything: she hears all.",
                feedback="She hears ciphertext. Look at the tab Message.",
                point="message",
            ),
            Option(
                text="Nothing: she lacks the keys.",
                feedback="So it is: the messages went over an ordinary line, the keys did not.",
            ),
            Option(
                text="Nothing: the messages go over the quantum link.",
                feedback="QKD makes keys. Messages go over the ordinary data link, encrypted.",
                point="message",
            ),
        ),
        right=1,
        hints=(
            "The tab Message has what Alice wrote, and what crosses the line.",
            "Which of the three lines between the sites carries the message?",
            "The tab Who knows says what she would need.",
        ),
        because="QKD sends no message: it makes keys. Encryptors fetch them from their KMEs and encrypt "
        "ordinary traffic with them.",
    ),
    Choice(
        name="Eve on the quantum link",
        question="Predict, then tick “Eve is on the quantum link” and wait a minute. What becomes of "
        "the messages?",
        options=(
            Option(
                text="Eve reads them.",
                feedback="The session aborts, and no key of hers is ever used.",
                point="prevents",
            ),
            Option(
                text="Nothing changes: QKD keeps her out.",
                feedback="While she is there, new keys are not made. Watch the store in the tab Supply.",
                point="prevents",
            ),
            Option(
                text="They go on while stored keys last; then the policy decides.",
                feedback="So it is: she reads nothing, and she can stop the service.",
            ),
        ),
        right=2,
        hints=(
            "Watch the keys in store at each KME.",
            "With “New key after” at 2 s it goes faster.",
            "What is chosen under “No key left”?",
        ),
        because="An Eve who reads every photon gets no key, and neither do Alice and Bob: a denial of "
        "service. How long the store lasts, and what happens then, is a choice.",
    ),
    Choice(
        name="what to do without keys",
        question="Eve is on the quantum link. Choose “go on with ML-KEM only” under “No key left”. What does "
        "the link rest on when the store is empty?",
        options=(
            Option(
                text="On ML-KEM, and on the keys before.",
                feedback="So it is: new keys are made of ML-KEM and of the keys before them.",
            ),
            Option(
                text="On QKD, as before.",
                feedback="Keys from QKD are used up. The lamp says what the keys are made of.",
            ),
            Option(
                text="On nothing: it is unencrypted.",
                feedback="The keys are still made of ML-KEM. See the lamp.",
            ),
        ),
        right=0,
        hints=(
            "Read the reason beside the first lamp.",
            "Under More controls stands what Eve can break.",
            "Tick “Eve can break ML-KEM”, and then “Eve has the KMEs' keys”, and see what she reads.",
        ),
        because="A key holds while one of its parts holds. Who breaks ML-KEM still lacks the QKD keys of the "
        "epochs before, which go into every later key. Who has both reads all.",
    ),
    Choice(
        name="trust in a KME",
        question="Choose the scenario “A traitor at a KME, no ML-KEM”. QKD works without an error. Who "
        "reads the messages?",
        options=(
            Option(
                text="Nobody: the QBER is low.",
                feedback="QKD ended at the KME. Who has its keys has everything made of them alone.",
                point="trusted_node",
            ),
            Option(
                text="Eve: she has the keys that the KMEs hand out.",
                feedback="So it is: the key was made in secret, and then told.",
            ),
            Option(
                text="Eve: she broke the quantum link.",
                feedback="The link is untouched. See the tab Who knows.",
            ),
        ),
        right=1,
        hints=(
            "What does the second lamp say?",
            "The keys are in the store of a KME before an encryptor fetches them.",
            "Tick “ML-KEM is used”, with “QKD and ML-KEM”: does she still read?",
        ),
        because="QKD secures the way between two sites, not the sites. With ML-KEM in the mix she would "
        "need that, too.",
    ),
)
