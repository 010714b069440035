using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Fairlead.Sockets;

/// <summary>The calls to the system that the transport makes: epoll(7), eventfd(2), socket(2), connect(2), accept4(2), recv(2), send(2).</summary>
internal static unsafe partial class Epoll
{
    public const uint In = 0x1;
    public const uint Out = 0x4;
    public const uint Error = 0x8;
    public const uint HangUp = 0x10;
    public const uint PeerClosed = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    /// <summary>Of several that wait for one descriptor, not all are woken.</summary>
    public const uint Exclusive = 1u << 28;

    public const int Add = 1;
    public const int Remove = 2;

    public const int Interrupted = 4;
    public const int InProgress = 115;
    public const int TryAgain = 11;
    public const int ConnectionAborted = 103;

    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;

    private const int Stream = 1;
    private const int InternetV6 = 10;
    private const int SocketLevel = 1;
    private const int ErrorOption = 4;
    private const int TcpLevel = 6;
    private const int NoDelay = 1;

    public static int Create() => Checked(EpollCreate(CloseOnExec));

    public static int CreateEvent() => Checked(EventFd(0, CloseOnExec | NonBlocking));

    public static void Control(int epoll, int operation, int descriptor, uint events)
    {
        var change = new Event { Events = events, Descriptor = descriptor };
        _ = Checked(EpollControl(epoll, operation, descriptor, &change));
    }

    /// <summary>-1 and the error in <see cref="Marshal.GetLastPInvokeError"/>, else how many bytes; 0 when the peer has ended.</summary>
    public static int Receive(int descriptor, Span<byte> target)
    {
        fixed (byte* bytes = target) return (int)Recv(descriptor, bytes, (nuint)target.Length, DontWait);
    }

    /// <inheritdoc cref="Receive"/>
    public static int Send(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes) return (int)SendBytes(descriptor, first, (nuint)bytes.Length, DontWait | NoSignal);
    }

    /// <inheritdoc cref="Receive"/>
    public static int Send(int descriptor, ReadOnlySpan<Piece> pieces)
    {
        fixed (Piece* first = pieces)
        {
            var message = new Message { Pieces = first, Count = (nuint)pieces.Length };
            return (int)SendMessage(descriptor, &message, DontWait | NoSignal);
        }
    }

    /// <inheritdoc cref="Receive"/>
    public static int Send(int descriptor, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        fixed (byte* one = first, two = second)
        {
            var pieces = stackalloc Piece[2];
            pieces[0] = new Piece { Start = one, Length = (nuint)first.Length };
            pieces[1] = new Piece { Start = two, Length = (nuint)second.Length };
            var message = new Message { Pieces = pieces, Count = 2 };
            return (int)SendMessage(descriptor, &message, DontWait | NoSignal);
        }
    }

    /// <summary>A stream socket that neither waits nor delays small pieces.</summary>
    public static int CreateSocket(AddressFamily family)
    {
        var descriptor = Checked(Socket(family == AddressFamily.InterNetworkV6 ? InternetV6 : (int)family, Stream | CloseOnExec | NonBlocking, 0));
        var on = 1;
        _ = SetOption(descriptor, TcpLevel, NoDelay, &on, sizeof(int));
        return descriptor;
    }

    /// <summary>The next connection's descriptor, which neither waits nor delays small pieces; -1 and the error in <see cref="Marshal.GetLastPInvokeError"/>.</summary>
    public static int Accept(int listening)
    {
        var descriptor = Accept(listening, null, null, CloseOnExec | NonBlocking);
        if (descriptor < 0) return -1;
        var on = 1;
        _ = SetOption(descriptor, TcpLevel, NoDelay, &on, sizeof(int));
        return descriptor;
    }

    /// <summary>Null when it is not connected.</summary>
    public static IPAddress? PeerAddress(int descriptor)
    {
        // struct sockaddr_in and sockaddr_in6: family, port, then the address, in the latter behind the flow.
        Span<byte> peer = stackalloc byte[28];
        var length = (uint)peer.Length;
        fixed (byte* first = peer)
        {
            if (PeerName(descriptor, first, &length) != 0) return null;
        }

        return BitConverter.ToUInt16(peer) == InternetV6 ? new IPAddress(peer.Slice(8, 16)) : new IPAddress(peer.Slice(4, 4));
    }

    /// <summary>0 when it is connected or on the way, else the error.</summary>
    public static int Connect(int descriptor, SocketAddress address)
    {
        fixed (byte* bytes = address.Buffer.Span)
        {
            if (Connect(descriptor, bytes, (uint)address.Size) == 0) return 0;
        }

        var error = Marshal.GetLastPInvokeError();
        return error is InProgress or Interrupted ? 0 : error;
    }

    /// <summary>What became of connecting; 0 when it is connected.</summary>
    public static int SocketError(int descriptor)
    {
        int error, length = sizeof(int);
        return GetOption(descriptor, SocketLevel, ErrorOption, &error, &length) == 0 ? error : Marshal.GetLastPInvokeError();
    }

    public static int Wait(int epoll, Span<Event> events, int milliseconds)
    {
        fixed (Event* first = events) return EpollWait(epoll, first, events.Length, milliseconds);
    }

    public static void Signal(int descriptor)
    {
        var one = 1UL;
        _ = Write(descriptor, &one, sizeof(ulong));
    }

    public static void Clear(int descriptor)
    {
        ulong count;
        _ = Read(descriptor, &count, sizeof(ulong));
    }

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "sched_yield")]
    public static partial int Yield();

    private static int Checked(int result) =>
        result >= 0 ? result : throw new IOException($"epoll failed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int descriptor, Event* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, Event* events, int count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int descriptor, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial int Accept(int descriptor, byte* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "getpeername")]
    private static partial int PeerName(int descriptor, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt")]
    private static partial int SetOption(int descriptor, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(int descriptor, int level, int option, void* value, int* length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Recv(int descriptor, byte* target, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendBytes(int descriptor, byte* source, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int descriptor, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, void* target, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, void* source, nuint length);

    /// <summary>struct epoll_event, which x64 packs.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal struct Event
    {
        public uint Events;
        public int Descriptor;
        private readonly int _unused;
    }

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Piece
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        private readonly void* _name;
        private readonly uint _nameLength;
        public Piece* Pieces;
        public nuint Count;
        private readonly void* _control;
        private readonly nuint _controlLength;
        private readonly int _flags;
    }
}
