/// The reader's end of a streamed body. The transfer is closed when it goes, or when the task that reads is cancelled.
final class BodyReader: Sendable {
    /// Kept so that the transfer lives as long as it is read.
    private let client: HTTPClient
    private let mailbox: Mailbox
    private let call: TransferCall
    private let channel: BodyChannel

    init(client: HTTPClient, mailbox: Mailbox, call: TransferCall, channel: BodyChannel) {
        self.client = client
        self.mailbox = mailbox
        self.call = call
        self.channel = channel
    }

    deinit { _ = mailbox.post(.cancel(call)) }

    func next() async throws(HTTPError) -> [UInt8]? {
        let taken = await withTaskCancellationHandler {
            await channel.take()
        } onCancel: {
            channel.finish(.failed(call.cancelledError))
            _ = mailbox.post(.cancel(call))
        }
        switch taken {
        case .piece(let bytes, let resume):
            if resume { _ = mailbox.post(.resume(call)) }
            return bytes
        case .ended(.finished): return nil
        case .ended(.failed(let error)): throw error
        case .nothingYet, nil:
            throw HTTPError(
                .internal, request: call.request.label, message: "a streamed body has one reader, and another one waits already",
                mayHaveBeenReceived: true)
        }
    }
}
