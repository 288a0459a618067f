import Clocks
import Foundation
import Glibc
import Metrics

/// What every process tells of itself.
func addProcessMetrics(to metrics: Metrics, clocks: Clocks) {
    let started = Double(clocks.wallMicroseconds()) / 1_000_000
    metrics.gauge("process_start_time_seconds", "When the process began, seconds since 1970.") { started }
    metrics.gauge("process_resident_memory_bytes", "Memory in use.") {
        // The second number of statm: resident pages.
        guard let text = FileManager.default.contents(atPath: "/proc/self/statm") else { return .nan }
        let numbers = String(decoding: text, as: UTF8.self).split(separator: " ")
        guard numbers.count > 1, let pages = Double(numbers[1]) else { return .nan }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }
    metrics.gauge("process_open_fds", "Open file descriptors.") {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") else { return .nan }
        return Double(names.count)
    }
    metrics.gauge("process_cpu_seconds", "Processor time used so far, in all threads.") {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
