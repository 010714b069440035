-- POSTs BYTES bytes; CLOSE makes each request end its connection. One line of JSON at the end.
wrk.method = "POST"
wrk.body = string.rep("x", tonumber(os.getenv("BYTES")))
wrk.headers["Content-Type"] = "application/octet-stream"
if os.getenv("CLOSE") then wrk.headers["Connection"] = "close" end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"p50":%.1f,"p99":%.1f,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
