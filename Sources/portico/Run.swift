internal import Gateway

/// How the process ends; the numbers are those of sysexits.h.
enum ExitStatus: Int32 {
    case success = 0
    case failure = 1
    case usage = 64
    /// A message was refused for good.
    case unavailable = 69
    /// A message was not taken now.
    case temporary = 75
    case configuration = 78
}

/// Does what `command` asks.
func run(_ command: Command) async -> ExitStatus {
    switch command {
    case .help:
        Terminal.print(usage)
        return .success
    case .version:
        Terminal.print(version + "\n")
        return .success
    case .describeConfiguration:
        Terminal.print(Configuration.description)
        return .success
    case .checkConfiguration(let file):
        return withConfiguration(file) { _ in
            Terminal.print("\(file): good\n")
            return .success
        }
    case .serve(let file):
        do throws(ConfigurationError) {
            return await serve(try Configuration(file: file))
        } catch {
            return refuse(error)
        }
    case .demo(let options): return await demo(options)
    case .message(let command): return command.run()
    case .send(let command): return await command.run()
    case .dns(let command): return await command.run()
    case .bench(let command): return command.run()
    case .administer(let request, let place): return await administer(request, at: place)
    case .addAccount(let address, let name, let place):
        guard let password = Terminal.readPassword(for: address) else { return .failure }
        return await administer(.addAccount(address, name: name, password: password), at: place)
    case .setPassword(let address, let place):
        guard let password = Terminal.readPassword(for: address) else { return .failure }
        return await administer(.setPassword(address, password: password), at: place)
    }
}

private func withConfiguration(_ file: String, _ body: (Configuration) -> ExitStatus) -> ExitStatus {
    do throws(ConfigurationError) { return body(try Configuration(file: file)) } catch { return refuse(error) }
}

private func refuse(_ error: ConfigurationError) -> ExitStatus {
    Terminal.complain("\(error)\n")
    return .configuration
}

private func serve(_ configuration: Configuration) async -> ExitStatus {
    do throws(GatewayError) {
        try await Gateway.run(configuration)
        return .success
    } catch {
        Terminal.complain("portico: \(error)\n")
        return .failure
    }
}

private func demo(_ options: DemoOptions) async -> ExitStatus {
    do throws(GatewayError) {
        try await Demo.run(options) { Terminal.print($0) }
        return .success
    } catch {
        Terminal.complain("portico: \(error)\n")
        return .failure
    }
}

private func administer(_ request: AdministrationRequest, at place: Command.Place) async -> ExitStatus {
    do {
        let (folder, creates) =
            switch place {
            case .configuration(let file): (try Configuration(file: file).dataDirectory, true)
            case .data(let folder): (folder, false)
            }
        try await Gateway.administer(request, in: folder, creates: creates) { Terminal.print($0 + "\n") }
        return .success
    } catch let error as ConfigurationError {
        return refuse(error)
    } catch {
        Terminal.complain("portico: \(error)\n")
        return .failure
    }
}
