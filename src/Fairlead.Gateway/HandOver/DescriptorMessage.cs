using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Fairlead.Gateway.HandOver;

/// <summary>One descriptor in a message over a unix socket (SCM_RIGHTS, unix(7)). The layouts are those of 64-bit Linux.</summary>
internal static unsafe partial class DescriptorMessage
{
    private const int SocketLevel = 1;
    private const int Rights = 1;
    private const int CloseOnExec = 0x40000000;
    private const int HeaderBytes = 16;
    private const int ControlBytes = 24;

    /// <returns>Whether it was sent.</returns>
    public static bool Send(Socket over, SafeHandle descriptor)
    {
        var held = false;
        try
        {
            descriptor.DangerousAddRef(ref held);
            byte payload = 1;
            var control = stackalloc long[ControlBytes / sizeof(long)];
            var header = (ControlHeader*)control;
            *header = new ControlHeader { Length = HeaderBytes + sizeof(int), Level = SocketLevel, Type = Rights };
            *(int*)((byte*)control + HeaderBytes) = (int)descriptor.DangerousGetHandle();
            var vector = new Vector { Base = &payload, Length = 1 };
            var message = new Message { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlBytes };
            return sendmsg(over.SafeHandle, &message, 0) == 1;
        }
        finally
        {
            if (held) descriptor.DangerousRelease();
        }
    }

    /// <returns>The descriptor, the caller's from now on; null when none came.</returns>
    public static int? Receive(Socket over)
    {
        byte payload;
        var control = stackalloc long[ControlBytes / sizeof(long)];
        var vector = new Vector { Base = &payload, Length = 1 };
        var message = new Message { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlBytes };
        if (recvmsg(over.SafeHandle, &message, CloseOnExec) != 1 || message.ControlLength < HeaderBytes + sizeof(int)) return null;
        var header = (ControlHeader*)control;
        return header->Level == SocketLevel && header->Type == Rights ? *(int*)((byte*)control + HeaderBytes) : null;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(SafeSocketHandle socket, Message* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(SafeSocketHandle socket, Message* message, int flags);

    private struct Vector
    {
        public void* Base;
        public nuint Length;
    }

    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    private struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }
}
