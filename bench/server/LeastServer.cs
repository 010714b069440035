using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Fairlead.Onnx;

namespace Fairlead.Bench.Server;

/// <summary>
/// The least that can serve a model over HTTP: a blocking thread a connection that reads the body into the memory that ONNX
/// Runtime reads, runs and answers, with no limit, no check, no metric. What it loses against the runtime alone is the price of
/// the bytes' way over loopback and of their sender, which no server on the same processors gets round.
/// </summary>
internal static class LeastServer
{
    private static readonly byte[] HeadEnd = "\r\n\r\n"u8.ToArray();

    public static void Run(IPEndPoint address, string file, RawWay way)
    {
        using var model = OnnxModel.Load(file, new OnnxOptions(IntraOpThreads: way.IntraOp) { PlannedMemory = way.Planned });
        using var turns = new SemaphoreSlim(way.Callers);
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(address);
        listener.Listen();
        while (true)
        {
            var client = listener.Accept();
            client.NoDelay = true;
            new Thread(() => Serve(client, model, turns)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket client, OnnxModel model, SemaphoreSlim turns)
    {
        var port = model.Inputs[0];
        var shape = port.Shape.Select(size => (long)size).ToArray();
        var head = new byte[64 * 1024];
        var pixels = new byte[shape.Aggregate(4L, (bytes, size) => bytes * size)];
        var inputs = new[] { new NamedTensor(port.Name, Tensor.OfBytes(TensorType.Float32, shape, pixels)) };
        using (client)
        {
            try
            {
                while (ReadRequest(client, head, pixels))
                {
                    turns.Wait();
                    byte[] output;
                    try
                    {
                        using var outputs = model.Evaluate(inputs, null, CancellationToken.None);
                        output = outputs[0].ToTensor().Bytes.ToArray();
                    }
                    finally
                    {
                        turns.Release();
                    }

                    client.Send([Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {output.Length}\r\n\r\n"), output]);
                }
            }
            catch (SocketException)
            {
                // The load generator leaves in the middle of a request.
            }
        }
    }

    /// <summary>The body's last bytes are the tensor; what stands before it is skipped. False at the connection's end.</summary>
    private static bool ReadRequest(Socket client, byte[] head, byte[] pixels)
    {
        var (filled, end) = (0, -1);
        while (end < 0)
        {
            var read = client.Receive(head, filled, head.Length - filled, SocketFlags.None);
            if (read == 0) return false;
            filled += read;
            end = head.AsSpan(0, filled).IndexOf(HeadEnd);
        }

        var body = end + HeadEnd.Length;
        var start = body + LengthIn(head.AsSpan(0, end)) - pixels.Length;
        while (filled < start)
        {
            var read = client.Receive(head, filled, start - filled, SocketFlags.None);
            if (read == 0) return false;
            filled += read;
        }

        var have = filled - start;
        head.AsSpan(start, have).CopyTo(pixels);
        while (have < pixels.Length)
        {
            var read = client.Receive(pixels, have, pixels.Length - have, SocketFlags.None);
            if (read == 0) return false;
            have += read;
        }

        return true;
    }

    private static int LengthIn(ReadOnlySpan<byte> head)
    {
        // From the line's beginning: another header ends in the same name.
        const string Name = "\r\ncontent-length: ";
        var text = Encoding.ASCII.GetString(head);
        var start = text.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
        var end = text.IndexOf('\r', start);
        return int.Parse(end < 0 ? text.AsSpan(start) : text.AsSpan(start, end - start), CultureInfo.InvariantCulture);
    }
}
