import MIME
import PorticoTesting
import Testing

struct TextBlocksTests {
    /// The kind of each block, by its first letter.
    private static func kinds(_ text: String) -> String {
        String(
            TextBlocks.split(text).map { block in
                switch block.kind {
                case .text: "t"
                case .attribution: "a"
                case .quote: "q"
                case .signature: "s"
                }
            }
        )
    }

    @Test(arguments: [
        ("", ""), ("\n", "t"), ("a\nb", "t"), ("> a", "q"), ("a\n> b\nc\n>d", "tqtq"), ("> a\n\n> b\n\nc", "qt"),
        (">From a", "t"),
        ("a\n-- \nme", "ts"), ("a\n--\nme\n\nme", "ts"), ("-- \nme\n> b\nc", "sqt"), ("---\na", "t"), ("a -- \nb", "t"),
        ("a\nSent from my iPhone\n", "ts"), ("Sent from my house", "t"),
        ("a\nVon meinem iPhone gesendet\n\n> b", "tsq"),
        ("a\nSent from my iPhone\nb", "t"),
    ])
    func linesAndSignatures(_ text: String, _ expected: String) {
        #expect(Self.kinds(text) == expected)
    }

    @Test(arguments: [
        "On Mon, 2 Nov 2026 at 10:00, Ann <a@a.example> wrote:", "On 2 Nov 2026, at 10:00, Ann\n<ann@a.example> wrote:",
        "Am 02.11.2026 um 10:00 schrieb Ann <a@a.example>:",
        "Am Mo., 2. Nov. 2026 um 10:00 Uhr schrieb Ann\n<\na@a.example>:",
        "Le lun. 2 nov. 2026 à 10:00, Ann <a@a.example> a écrit :", "Le 02/11/2026 à 10:00, Ann a écrit\u{A0}:",
        "El lun, 2 nov 2026 a las 10:00, Ann (<a@a.example>) escribió:",
        "Il giorno lun 2 nov 2026 alle ore 10:00 Ann ha scritto:",
        "Em seg., 2 de nov. de 2026 às 10:00, Ann escreveu:", "Op ma 2 nov 2026 om 10:00 schreef Ann <a@a.example>:",
        "Den mån 2 nov. 2026 kl 10:00 skrev Ann <a@a.example>:", "W dniu 2.11.2026 o 10:00, Ann pisze:",
        "пн, 2 нояб. 2026 г. в 10:00, Ann <a@a.example>:", "02.11.2026 10:00, Ann пишет:",
        "2026年11月2日(月) 10:00 Ann <a@a.example>:",
        "在 2026年11月2日 10:00，Ann 写道：", "2026년 11월 2일 (월) 오전 10:00, Ann님이 작성:", "Ann wrote:",
        "2 Kas 2026 Pzt 10:00 tarihinde Ann şunu yazdı:",
    ])
    func attributions(_ line: String) {
        #expect(Self.kinds("Hello.\n\n\(line)\n> old\n") == "taq")
        #expect(Self.kinds("\(line)\n\n> old\n\nHello.") == "aqt")
    }

    /// Without `>`, there must be more that speaks for it.
    @Test(arguments: [
        ("Hi\n\nOn Mon, 2 Nov 2026 at 10:00, Ann wrote:\n\nold\n", "taq"),
        ("Hi\nOn Mon, 2 Nov 2026\nAnn <a@a.b> wrote:\nold\n", "taq"),
        ("On this he wrote:\nnew\n", "t"), ("Note:\nOn 2 Nov 2026 we met.\n", "t"), ("Ann wrote:\nnew", "t"),
        ("List:\n> old", "tq"),
        ("See this:\n\n> old", "tq"),
    ])
    func withoutMarks(_ text: String, _ expected: String) {
        #expect(Self.kinds(text) == expected)
    }

    @Test(arguments: [
        "-----Original Message-----\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: x\n",
        "-----Ursprüngliche Nachricht-----\nVon: Ann\nGesendet: Montag\nAn: Bob\nBetreff: x\n",
        "-------- Original Message --------\n",
        "---------- Forwarded message ---------\nFrom: Ann <a@a.b>\nDate: x\nSubject: y\nTo: <b@a.b>\n",
        "Begin forwarded message:\n",
        "From: Ann\nSent: Monday\nTo: Bob\nSubject: x\n", "*From:* Ann\n*Sent:* Monday\n*To:* Bob\n*Subject:* x\n",
        "________________________________\nVon: Ann\nGesendet: Montag\nAn: Bob\nBetreff: x\n",
        "De : Ann\nEnvoyé : lundi\nÀ : Bob\nObjet : x\n",
        "发件人： Ann\n发送时间： x\n收件人： Bob\n主题： y\n", "From: Ann\nSent: Monday\nTo: Bob;\n Cid;\n Dan\nSubject: x\n",
        "----- Исходное сообщение -----\nОт: Ann\nКому: Bob\nТема: x\n",
        "________________________________\n\nFrom: a\nTo: b\nDate: c\n",
    ])
    func headers(_ block: String) {
        #expect(Self.kinds("Hello.\n\n\(block)\nold\n\nold\n-- \nold") == "taq")
    }

    @Test(arguments: [
        "From: here\nto there\n", "From: a\nTo: b\n", "To: a\nFrom: b\nDate: c\n\n", "--- a ---\n", "_____\nTo: a\n",
        "Original Message\n",
    ])
    func noHeaders(_ text: String) {
        #expect(Self.kinds("Hello.\n" + text) == "t")
    }

    @Test func nothingIsLost() {
        let text = "a\r\n\r\nOn 1 Jan 2026 b wrote:\r\n> c\r\n\r\n-- \r\nd"
        #expect(TextBlocks.split(text).map(\.text).joined() == text)
        #expect(TextBlocks.split(text).map(\.kind) == [.text, .attribution, .quote, .signature])
        #expect(TextBlocks.unquoted("> a\n>> b\n>c\nd\n>") == "a\n> b\nc\nd\n")
    }

    @Test(arguments: [
        "\n", ">\n", "a:\n", "On a\n", "On 2020 wrote:\n", "From: a\n", "From: a\nTo: b\n\n", "-- \n", "____\n",
        "-----a-----\n", "wrote", "> a\nwrote:\n",
        "On wwwwwww wwwwwwwwrwroteroetwrotwrotwrot ", "Sent from my\n", "@>:\n>\n", "a\n\n", " ",
        "On 1\nOn 1\nOn 1\n\n",
    ])
    func longShapes(_ shape: String) {
        let text = String(repeating: shape, count: 200_000 / shape.utf8.count)
        #expect(TextBlocks.split(text).map(\.text).joined() == text)
    }

    @Test func everyCut() {
        let text = Array(
            "Hi\n\nOn 1 Jan 2026, Ü wrote:\n> a\n\n-----Original Message-----\nFrom: a\nTo: b\nDate: c\n\nd\n-- \ne\nSent from my x"
                .utf8
        )
        for start in text.indices {
            for end in start...text.count {
                let cut = String(decoding: text[start..<end], as: UTF8.self)
                #expect(TextBlocks.split(cut).map(\.text).joined() == cut)
            }
        }
    }
}
