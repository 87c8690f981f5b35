internal import Octets

/// What mail programs write above what they quote, in the languages that most mail is in.
enum ReplyPhrases {
    enum Header { case from, other }

    /// Only so many octets of a line are looked at.
    private static var window: Int { 400 }

    private static func last(of range: Range<Int>) -> Range<Int> {
        max(range.lowerBound, range.upperBound - window)..<range.upperBound
    }

    // MARK: Attribution lines

    /// `…:`, also a wide colon, and with `<` or `*` left over from HTML behind it.
    static func endsWithColon(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var end = range.upperBound
        while end > range.lowerBound, text[end - 1] == 0x2A || text[end - 1] == .space { end -= 1 }
        guard end > range.lowerBound else { return false }
        if text[end - 1] == 0x3A { return true }
        return end - range.lowerBound >= 3 && text[end - 3] == 0xEF && text[end - 2] == 0xBC && text[end - 1] == 0x9A
    }

    /// Whether the line begins as attributions do.
    static func begins(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        starts.begins(text, range)
    }

    /// Whether a word for writing is in the line.
    static func hasVerb(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool { verbs.isWithin(text, last(of: range)) }

    /// Whether an address in angle brackets is at the end: `2026-11-03 10:00 GMT+01:00 Ann <ann@a.example>:`.
    static func namesAddress(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count > 5, text[range.upperBound - 2] == 0x3E else { return false }
        var index = range.upperBound - 2
        while index > range.lowerBound, text[index] != 0x3C {
            if text[index] == 0x40 { return true }
            index -= 1
        }
        return false
    }

    /// Whether a year or a time of day is in the line.
    static func hasTime(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var digits = 0
        for index in range.prefix(window) {
            if text[index].digitValue != nil {
                digits += 1
                if digits == 4 { return true }
            } else {
                let isClock = digits > 0 && (text[index] == 0x3A || text[index] == 0x2E) && index + 1 < range.upperBound
                if isClock, text[index + 1].digitValue != nil { return true }
                digits = 0
            }
        }
        return false
    }

    private static let starts = SoughtPhrases(
        """
        on |am |le |el |il |em |op |den |w dniu |dne |dňa |en |a |på |pe |на |в |\u{201E}|van: |dana |ngày |pada |at |vào |ב|于 |在 |
        il giorno |em |data |no dia |il |el |le |од |от |2
        """
    )

    private static let verbs = SoughtPhrases(
        """
        wrote|writes|schrieb|a écrit|écrit|escribió|escribio|ha scritto|scrisse|escreveu|schreef|heeft|geschreven|skrev|skrev følgende|
        kirjoitti|napisał|pisze|napsal|napísal|пишет|написал|пише|написав|писал|のメッセージ|書きました|さんは|写道|寫道|작성|님이|yazdı|írta|a scris|
        έγραψε|כתב|كتب|đã viết|va escriure|menulis|napisao|je napisao|rašė|rakstīja|kirjutas|schrieben|geschrieben|said
        """
    )

    // MARK: Separators

    /// `-----Original Message-----`, `---------- Forwarded message ---------`, `Begin forwarded message:`.
    static func isSeparator(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, isDash(text[start]) { start += 1 }
        while end > start, isDash(text[end - 1]) { end -= 1 }
        guard end - start < 80, end > start else { return false }
        let isBetweenDashes = start - range.lowerBound >= 2 && range.upperBound - end >= 2
        if isBetweenDashes { return separators.isWithin(text, start..<end) }
        return endsWithColon(text, range) && introductions.begins(text, range)
    }

    private static func isDash(_ byte: UInt8) -> Bool { byte == 0x2D || byte == 0x5F || byte == 0x2A || byte == .space }

    private static let separators = SoughtPhrases(
        """
        original message|original appointment|forwarded message|forwarded by|ursprüngliche nachricht|originalnachricht|weitergeleitete nachricht|
        message d'origine|message original|message transféré|message transmis|mensaje original|mensaje reenviado|messaggio originale|
        messaggio inoltrato|mensagem original|mensagem encaminhada|oorspronkelijk bericht|doorgestuurd bericht|originalmeddelelse|
        originalmeddelande|ursprungligt meddelande|vidarebefordrat meddelande|oprindelig meddelelse|videresendt meddelelse|opprinnelig melding|
        videresendt melding|alkuperäinen viesti|välitetty viesti|исходное сообщение|пересылаемое сообщение|пересланное сообщение|
        původní zpráva|přeposlaná zpráva|pôvodná správa|wiadomość oryginalna|oryginalna wiadomość|wiadomość przekazana|eredeti üzenet|
        továbbított üzenet|mesaj original|orijinal mesaj|özgün ileti|iletilen mesaj|αρχικό μήνυμα|原始邮件|转发邮件|原始郵件|转发的邮件|
        轉寄郵件|元のメッセージ|original mail|転送メッセージ|원본 메시지|원본 메일|전달된 메시지|вихідне повідомлення|початкове повідомлення
        """
    )

    private static let introductions = SoughtPhrases(
        "begin forwarded message|anfang der weitergeleiteten|début du message|inicio del mensaje|inizio messaggio|início da mensagem|"
            + "start doorgestuurd bericht|転送されたメッセージ"
    )

    // MARK: Header lines

    /// What a line such as `From: Ann` or `*Sent:* Monday` names.
    static func header(_ text: Span<UInt8>, _ range: Range<Int>) -> Header? {
        var start = range.lowerBound
        while start < range.upperBound, text[start] == 0x2A || text[start] == 0x7C || text[start] == .space {
            start += 1
        }
        var end = start
        while end < range.upperBound, end - start < 40, text[end] != 0x3A, !isWideColon(text, end, range) { end += 1 }
        guard end < range.upperBound, end - start < 40, end > start else { return nil }
        while end > start, text[end - 1] == 0x2A || text[end - 1] == .space || text[end - 1] == 0xA0 { end -= 1 }
        if end > start, text[end - 1] == 0xC2 { end -= 1 }
        if fromNames.isEqual(text, start..<end) { return .from }
        return otherNames.isEqual(text, start..<end) ? .other : nil
    }

    private static func isWideColon(_ text: Span<UInt8>, _ index: Int, _ range: Range<Int>) -> Bool {
        index + 2 < range.upperBound && text[index] == 0xEF && text[index + 1] == 0xBC && text[index + 2] == 0x9A
    }

    private static let fromNames = SoughtPhrases(
        "from|von|de|da|van|fra|från|lähettäjä|от|від|od|feladó|kimden|gönderen|από|发件人|寄件者|差出人|보낸 사람|보낸사람|送信者|מאת|من"
    )

    private static let otherNames = SoughtPhrases(
        """
        sent|date|to|cc|bcc|subject|reply-to|importance|priority|gesendet|datum|an|betreff|kopie|envoyé|envoyé le|à|objet|enviado|
        enviado el|enviada em|fecha|para|asunto|assunto|data|inviato|a|oggetto|verzonden|verzonden op|aan|onderwerp|sendt|dato|til|emne|
        skickat|till|ämne|lähetetty|päiväys|vastaanottaja|aihe|отправлено|дата|кому|копия|тема|надіслано|wysłano|do|dw|temat|odesláno|
        odoslané|komu|kopie|předmět|predmet|elküldve|címzett|tárgy|gönderildi|gönderme tarihi|tarih|kime|konu|στάλθηκε|προς|θέμα|
        发送时间|日期|收件人|抄送|主题|寄件日期|傳送時間|收件者|副本|主旨|送信日時|日付|宛先|件名|보낸 날짜|날짜|받는 사람|받는사람|참조|제목|נשלח|אל|נושא
        """
    )

    // MARK: Signatures

    /// `Sent from my …`
    static func isSentFrom(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count < 120 else { return false }
        let isNamed = sentFrom.begins(text, range)
        return isNamed || (sentFromMiddle.isWithin(text, range) && devices.isWithin(text, range))
    }

    private static let sentFrom = SoughtPhrases(
        "sent from my|sent from mail for|sent from outlook|sent from yahoo|sent from proton|sent with proton|sent via|get outlook for|"
            + "von meinem|gesendet von|envoyé de|envoyé depuis|envoyé à partir|enviado desde|enviado do|enviado a partir|inviato da|"
            + "verzonden vanaf|verstuurd vanaf|skickat från|sendt fra|lähetetty|отправлено с|отправлено из|wysłano z|odesláno z|odesláno ze|"
            + "发自我的|iphoneから送信|나의 iphone|"
    )
    private static let sentFromMiddle = SoughtPhrases("gesendet|から送信|에서 보냄")
    private static let devices = SoughtPhrases("iphone|ipad|android|samsung|huawei|handy|mobil|outlook")
}
