import Network
import PorticoTesting
import SMTP
import SMTPClient
import Testing

struct OutcomeTests {
    @Test(arguments: [
        (Failure(.end, .closed), true), (Failure(.end, .timeout), true),
        (Failure(.end, .refused(Reply(421, "4.3.2", "Closing"))), false), (Failure(.message, .closed), false),
    ])
    func `Only a message whose end was sent may be there all the same`(failure: Failure, isUncertain: Bool) {
        #expect(failure.isUncertain == isUncertain)
    }

    @Test(
        .rfc(8460, "4.3"),
        arguments: [
            (TLSProblem.notOffered, "starttls-not-supported"),
            (.certificate(CertificateProblem(.expired, "")), "certificate-expired"),
            (.certificate(CertificateProblem(.hostMismatch, "")), "certificate-host-mismatch"),
            (.certificate(CertificateProblem(.notTrusted, "")), "certificate-not-trusted"),
            (.certificate(CertificateProblem(.noTLSAMatch, "")), "tlsa-invalid"),
            (.handshake("alert"), "validation-failure"),
        ]
    )
    func `Problems with TLS have the names that reports use`(problem: TLSProblem, name: String) {
        #expect(problem.resultType == name)
    }
}
