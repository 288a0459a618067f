/// Short texts and questions on them.
enum ReadingBank {
    struct Passage: Sendable {
        let isStory: Bool
        let text: String
        /// By item type.
        let items: [String: [ItemText]]
    }

    static func text(type: String, stories: Bool, number: Int) -> ItemText {
        let fitting = passages.filter { $0.isStory == stories }
        let passage = fitting[number % fitting.count]
        let items = passage.items[type] ?? passage.items["SA"] ?? []
        var item = items[(number / fitting.count) % items.count]
        item.passage = passage.text
        return item
    }

    private static func choice(_ stem: String, _ choices: [String], _ answer: String) -> ItemText {
        ItemText(stem: stem, choices: choices, answer: answer, exemplar: answer)
    }

    private static func open(_ stem: String, _ rubric: [String], _ exemplar: String) -> ItemText {
        ItemText(stem: stem, rubric: rubric, exemplar: exemplar)
    }

    static let passages = [
        Passage(
            isStory: true,
            text: """
                The Harbor Cat. Every evening the cat of the harbor walked along the wall to the last lamp and waited \
                for the blue boat. Tonight the fog came first. The cat could not see the lamp, but she knew the wall: \
                forty steps, a gap, twelve steps more. When the horn called, she answered, as loudly as a cat can, \
                and the blue boat turned a little to the left.
                """,
            items: [
                "MC": [
                    choice(
                        "Why does the boat turn to the left?",
                        [
                            "The lamp is bright.", "The crew hears the cat.", "The wind has changed.",
                            "Another boat is in the way.",
                        ], "B"),
                    choice(
                        "What does “she knew the wall” tell the reader about the cat?",
                        [
                            "She has walked there often.", "She built it.", "She is afraid of it.", "She sleeps on it.",
                        ], "A"),
                ],
                "MS": [
                    choice(
                        "Which two details show that it is hard to see? Choose two.",
                        [
                            "The fog came first.", "The boat is blue.", "The cat could not see the lamp.",
                            "She answered loudly.", "It is evening.",
                        ], "A,C")
                ],
                "EBSR": [
                    choice(
                        "Part 1: What is the story about? Part 2: Which two details show it?",
                        [
                            "A lost boat", "A small friend who helps", "A new lamp", "A walk in the sun",
                            "She answered, as loudly as a cat can", "forty steps, a gap", "the blue boat",
                            "the blue boat turned a little",
                        ], "B;A,D")
                ],
                "SA": [
                    open(
                        "How does the fog change what the cat does? Use one detail of the story.",
                        [
                            "Does not speak of the fog.", "Says what changes, without a detail.",
                            "Says what changes and gives a fitting detail.",
                        ],
                        "She cannot see, so she counts her steps: forty, a gap and twelve more.")
                ],
            ]),
        Passage(
            isStory: true,
            text: """
                The Borrowed Telescope. Ines had asked three neighbors before old Mr. Okoro said yes. “Bring it back \
                with a story,” he said. The first night there were clouds. The second night she dropped the lens cap \
                in the pond. On the third night she saw four small lights beside a bright one, and she ran across the \
                street in her slippers, because some stories cannot wait until morning.
                """,
            items: [
                "MC": [
                    choice(
                        "Why does Ines run across the street?",
                        [
                            "She is late for school.", "She lost the lens cap.", "She wants to tell what she saw.",
                            "It has begun to rain.",
                        ], "C"),
                    choice(
                        "Which word describes Ines best?", ["patient", "careless", "angry", "bored"], "A"),
                ],
                "MS": [
                    choice(
                        "Which two things go wrong before the third night? Choose two.",
                        [
                            "It is cloudy.", "The telescope breaks.", "A cap falls into the pond.",
                            "Mr. Okoro changes his mind.", "She loses her slippers.",
                        ], "A,C")
                ],
                "EBSR": [
                    choice(
                        "Part 1: What does Mr. Okoro really want back? Part 2: Which two details show it?",
                        [
                            "The lens cap", "Something to share", "His slippers", "Money",
                            "“Bring it back with a story”",
                            "The first night there were clouds", "four small lights", "some stories cannot wait",
                        ], "B;A,D")
                ],
                "SA": [
                    open(
                        "How does Ines keep what she promised? Use one detail of the story.",
                        [
                            "Does not speak of the promise.", "Names the promise, without a detail.",
                            "Names the promise and a detail that shows how she keeps it.",
                        ],
                        "She promised a story, and as soon as she has seen the four lights she runs to tell it.")
                ],
            ]),
        Passage(
            isStory: false,
            text: """
                How Seeds Travel. A plant cannot walk, yet its seeds may sprout many miles away. Some seeds carry a \
                thin wing and spin in the wind. Some have hooks and ride on fur or on socks. Others lie inside sweet \
                fruit: an animal eats the fruit, walks on, and leaves the seeds behind. A coconut may float for weeks \
                before it reaches a beach.
                """,
            items: [
                "MC": [
                    choice(
                        "What is this text mainly about?",
                        [
                            "Why fruit is sweet", "How seeds get to new places", "How coconuts taste",
                            "What animals eat in winter",
                        ], "B"),
                    choice(
                        "What does “ride” mean in this text?",
                        ["to be carried", "to sit on a horse", "to drive fast", "to fall down"], "A"),
                ],
                "MS": [
                    choice(
                        "Which two seeds need an animal to travel? Choose two.",
                        [
                            "Seeds with hooks", "Seeds with a wing", "Seeds inside sweet fruit", "A coconut",
                            "None of them",
                        ], "A,C")
                ],
                "EBSR": [
                    choice(
                        "Part 1: Why are many fruits sweet? Part 2: Which two sentences support this?",
                        [
                            "To look pretty", "So that animals carry the seeds", "To float well", "To keep warm",
                            "An animal eats the fruit", "Some seeds carry a thin wing", "A plant cannot walk",
                            "and leaves the seeds behind",
                        ], "B;A,D")
                ],
                "SA": [
                    open(
                        "Explain two ways in which seeds travel.",
                        ["Names no way.", "Explains one way.", "Explains two ways with details of the text."],
                        "Some have a wing and spin in the wind; a coconut floats on the sea until it comes to a beach.")
                ],
            ]),
        Passage(
            isStory: false,
            text: """
                A Staircase for Boats. Water in a canal stays level, but the land does not. A lock solves this. A boat \
                enters a chamber and the gate closes behind it. A small door lets water run in from above, and the \
                boat rises like a toy in a bathtub. When the water stands as high as the upper canal, the front gate \
                opens. No engine is needed: the water does the lifting.
                """,
            items: [
                "MC": [
                    choice(
                        "What lifts the boat?",
                        ["An engine", "A crane", "Water from above", "The upper gate"], "C"),
                    choice(
                        "Why does the author compare the boat with a toy in a bathtub?",
                        [
                            "To show how it rises", "To make readers laugh", "To say that boats are small",
                            "To tell how cold the water is",
                        ], "A"),
                ],
                "MS": [
                    choice(
                        "Which two things must happen before the front gate opens? Choose two.",
                        [
                            "The rear gate closes.", "The engine starts.", "The water rises to the upper canal.",
                            "The boat turns around.", "The chamber is emptied.",
                        ], "A,C")
                ],
                "EBSR": [
                    choice(
                        "Part 1: Which problem does a lock solve? Part 2: Which two sentences explain it?",
                        [
                            "Boats are slow", "The land is not level", "Canals are narrow", "Gates are heavy",
                            "Water in a canal stays level", "No engine is needed", "A boat enters a chamber",
                            "but the land does not",
                        ], "B;A,D")
                ],
                "SA": [
                    open(
                        "Explain why a lock needs no engine.",
                        [
                            "Does not explain it.", "Says that water is used.",
                            "Explains how water from above lifts the boat.",
                        ],
                        "Water runs in from the upper canal by itself, and the boat floats up with it.")
                ],
            ]),
    ]
}
