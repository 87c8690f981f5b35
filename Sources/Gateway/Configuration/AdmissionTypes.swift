internal import Octets
internal import Admission

extension ConfigurationType where Value == Subnet {
    /// The addresses whose first bits are the same.
    static var subnet: Self {
        mapping("a network such as \"192.0.2.0/24\" or \"2001:db8::/32\"", show: { "\"\($0)\"" }) { value in
            if case .string(let text) = value { Subnet(text) } else { nil }
        }
    }
}

extension ConfigurationType where Value == AnswerPattern {
    /// Answers of a list in the DNS.
    static var answerPattern: Self {
        mapping("answers of a list such as \"127.0.0.2\" or \"127.0.0.4-7\"", show: { "\"\($0)\"" }) { value in
            if case .string(let text) = value { AnswerPattern(text) } else { nil }
        }
    }
}
