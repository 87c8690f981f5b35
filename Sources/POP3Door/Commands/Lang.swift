internal import Network
internal import POP3

extension Session {
    /// LANG: chooses the language of the texts, or lists those that there are. All are English so far, so that a choice
    /// changes nothing but what the client knows. RFC 6856 §3.
    func lang(_ range: String?) throws(Ending) {
        guard let range else {
            send(.ok("languages follow"))
            return stream.write { output in
                for language in Language.allCases { ListingLine.language(language, into: &output) }
                ListingLine.end(into: &output)
            }
        }
        guard let language = Language(range: range) else { throw .refusal(Refusal("invalid language \(range)")) }
        send(.ok("\(language.rawValue) language chosen"))
    }
}
