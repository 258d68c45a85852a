import CLibCurl

/// libcurl's multi handle. `wakeup` may be called from any thread, the rest only from the thread of the loop.
///
/// It and `CurlEasy` stand in one file so that no pointer of libcurl leaves it.
final class CurlMulti: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer
    private var isClean = false

    /// The process's one initialization of libcurl.
    private static let initialized = curl_global_init(Int(CURL_GLOBAL_DEFAULT))

    init() {
        precondition(Self.initialized == CURLE_OK, "curl_global_init failed: \(Self.initialized.rawValue)")
        guard let handle = curl_multi_init() else { preconditionFailure("curl_multi_init failed: out of memory") }
        self.handle = handle
    }

    deinit { if !isClean { curl_multi_cleanup(handle) } }

    /// Closes the connections. Nothing may be called afterwards.
    func cleanUp() {
        isClean = true
        curl_multi_cleanup(handle)
    }

    /// - Returns: whether libcurl took it.
    func add(_ easy: CurlEasy) -> Bool { curl_multi_add_handle(handle, easy.handle) == CURLM_OK }

    /// Closes the transfer's connection if its answer was not whole.
    func remove(_ easy: CurlEasy) { curl_multi_remove_handle(handle, easy.handle) }

    func perform() {
        var running: Int32 = 0
        curl_multi_perform(handle, &running)
    }

    /// Waits for traffic, libcurl's own timers, `wakeup`, or the given time.
    func poll(milliseconds: Int32) { curl_multi_poll(handle, nil, 0, milliseconds, nil) }

    func wakeup() { curl_multi_wakeup(handle) }

    /// The next transfer that has ended, with libcurl's code for how.
    func nextDone() -> (CurlTransfer, CURLcode)? {
        var result = CURLE_OK
        guard let context = shim_multi_next_done(handle, &result) else { return nil }
        return (Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue(), result)
    }

    /// How many connections are kept open, those in use included.
    func keepConnections(_ count: Int) { _ = shim_multi_set_long(handle, CURLMOPT_MAXCONNECTS, count) }
}

/// libcurl's easy handle: one transfer.
final class CurlEasy {
    fileprivate let handle: UnsafeMutableRawPointer
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>
    /// The first option that libcurl refused; a transfer with one must not start.
    private(set) var refusedOption: CURLoption?

    init?() {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        errorText = .allocate(capacity: shim_error_size)
        errorText.initialize(repeating: 0, count: shim_error_size)
        note(shim_easy_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText), CURLOPT_ERRORBUFFER)
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headers)
        errorText.deallocate()
    }

    private func note(_ code: CURLcode, _ option: CURLoption) {
        if code != CURLE_OK, refusedOption == nil { refusedOption = option }
    }

    func set(_ option: CURLoption, _ value: Int) { note(shim_easy_set_long(handle, option, value), option) }
    func set(_ option: CURLoption, _ value: Bool) { set(option, value ? 1 : 0) }
    func set(_ option: CURLoption, offset value: Int) {
        note(shim_easy_set_offset(handle, option, curl_off_t(value)), option)
    }
    /// `nil` takes libcurl's default away.
    func set(_ option: CURLoption, _ value: String?) { note(shim_easy_set_string(handle, option, value), option) }
    func set(_ option: CURLoption, bytes: [UInt8]) {
        note(bytes.withUnsafeBytes { shim_easy_set_blob(handle, option, $0.baseAddress, $0.count) }, option)
    }

    /// A directory of hashed CA certificates, consulted beside all others; `nil` for none.
    func setAuthorityDirectory(_ path: String?) { set(CURLOPT_CAPATH, path) }

    func allowHTTPOnly() { note(shim_easy_allow_http_only(handle), CURLOPT_REDIR_PROTOCOLS) }

    /// Programs that the process starts don't inherit the connections.
    func keepSocketsPrivate() { note(shim_easy_keep_sockets_private(handle), CURLOPT_OPENSOCKETFUNCTION) }

    func leaveResolverBehind() { note(shim_easy_leave_resolver_behind(handle), CURLOPT_NOSIGNAL) }

    func setHeaders(_ lines: [String]) {
        for line in lines {
            guard let list = curl_slist_append(headers, line) else { return note(CURLE_OUT_OF_MEMORY, CURLOPT_HTTPHEADER) }
            headers = list
        }
        note(shim_easy_set_list(handle, CURLOPT_HTTPHEADER, headers), CURLOPT_HTTPHEADER)
    }

    /// libcurl calls this transfer back, on the thread that performs. The transfer must outlive the handle's stay in the multi handle.
    func callBack(_ transfer: CurlTransfer) {
        let code = shim_easy_set_callbacks(
            handle, Unmanaged.passUnretained(transfer).toOpaque(),
            { bytes, size, count, context in
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return CurlEasy.transfer(context).received(headerLine: line) ? size * count : 0
            },
            { bytes, size, count, context in
                guard size * count > 0 else { return 0 }
                switch CurlEasy.transfer(context).received(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) {
                case .taken: return size * count
                case .heldBack: return shim_write_pause
                case .refused: return 0
                }
            },
            { bytes, size, count, context in
                CurlEasy.transfer(context).fill(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
            },
            { context, offset, origin in
                origin == 0 && CurlEasy.transfer(context).rewind(to: Int(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
            },
            { context, _, _, _, _ in
                CurlEasy.transfer(context).willSend()
                return CURL_PREREQFUNC_OK
            })
        note(code, CURLOPT_WRITEFUNCTION)
    }

    private static func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer {
        guard let context else { preconditionFailure("libcurl called back without its context") }
        return Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    /// Lets a held-back body flow again. May call the transfer back before it returns.
    func resume() { curl_easy_pause(handle, shim_pause_nothing) }

    /// What libcurl said about the error; its general text for the code where it said nothing.
    func message(for code: CURLcode) -> String {
        errorText.pointee != 0 ? String(cString: errorText) : String(cString: curl_easy_strerror(code))
    }
}
