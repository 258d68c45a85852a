import Foundation

/// libFuzzer's own main function. Source: LLVM, `FuzzerInterface.h` and `FuzzerDriver.cpp` (`LLVMFuzzerRunDriver`).
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ testOneInput: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// SwiftPM links an executable with `main` standing for `<module>_main`, so that is what libFuzzer has to be entered by.
@_cdecl("fuzz_main")
public func fuzzMain(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var (count, arguments) = (count, arguments)
    return runFuzzer(&count, &arguments, testOneInput)
}

/// Which driver this process runs, by the environment variable `FUZZ_DRIVER`.
private let driver: FuzzDriver = {
    let name = ProcessInfo.processInfo.environment["FUZZ_DRIVER"] ?? ""
    guard let driver = FuzzDriver(rawValue: name) else {
        let names = FuzzDriver.allCases.map(\.rawValue).joined(separator: ", ")
        fatalError("FUZZ_DRIVER is '\(name)'; it must be one of \(names)")
    }
    return driver
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    let driver = driver
    let done = DispatchSemaphore(value: 0)
    Task {
        do {
            try await driver.run(input)
        } catch {
            FileHandle.standardError.write(Data("\nVIOLATION \(driver): \(error)\n".utf8))
            fatalError("what must hold does not")
        }
        done.signal()
    }
    done.wait()
    return 0
}
