using System.Runtime.InteropServices;

namespace Fairlead.Onnx.Native;

/// <summary>
/// The loaded library with what lives as long as the process: the environment, the description of processor memory and the
/// default allocator. Loaded at first use and never unloaded; a failure to load is not kept, so a later call tries again.
/// </summary>
internal sealed unsafe partial class OrtLibrary
{
    private const string FileName = "libonnxruntime.so.1";

    // OrtAllocatorType and OrtMemType
    private const int DeviceAllocator = 0;
    private const int DefaultMemory = 0;

    private static readonly Lock Gate = new();
    private static OrtLibrary? _current;

    private OrtLibrary(OrtApi api, string version)
    {
        (Api, Version) = (api, version);
        fixed (byte* name = "fairlead\0"u8)
        {
            api.Check(api.CreateEnv(&OrtLog.Write, 0, OrtLog.Warning, name, out var environment));
            Environment = environment;
        }

        api.Check(api.DisableTelemetry(Environment));
        api.Check(api.CreateCpuMemoryInfo(DeviceAllocator, DefaultMemory, out var memory));
        api.Check(api.GetDefaultAllocator(out var allocator));
        (CpuMemory, Allocator) = (memory, allocator);
    }

    public OrtApi Api { get; }

    public string Version { get; }

    public nint Environment { get; }

    public nint CpuMemory { get; }

    public nint Allocator { get; }

    /// <exception cref="OnnxException">The library cannot be loaded.</exception>
    public static OrtLibrary Current
    {
        get
        {
            if (Volatile.Read(ref _current) is { } loaded) return loaded;
            lock (Gate)
            {
                if (_current is null) Volatile.Write(ref _current, Load(PathOfLibrary()));
                return _current!;
            }
        }
    }

    /// <summary>The variable wins over the library beside the program.</summary>
    internal static string PathOfLibrary()
    {
        var set = System.Environment.GetEnvironmentVariable(OnnxRuntime.LibraryVariable);
        return string.IsNullOrEmpty(set) ? Path.Combine(AppContext.BaseDirectory, FileName) : Path.GetFullPath(set);
    }

    internal static OrtLibrary Load(string path)
    {
        if (!File.Exists(path)) throw OnnxFailures.RuntimeMissing(path, "There is no such file.");
        nint library;

        // The library keeps a device id and a database of events under the user's home as soon as its environment is made;
        // DisableTelemetryEvents comes after that. It reads the process's own environment, which .NET's setter does not change.
        _ = SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1", overwrite: 1);
        try
        {
            library = NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw OnnxFailures.RuntimeMissing(path, e.Message);
        }

        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out var export)) throw OnnxFailures.RuntimeMissing(path, "It is no ONNX Runtime library.");

        // struct OrtApiBase { const OrtApi* (*GetApi)(uint32_t); const char* (*GetVersionString)(void); }
        var entry = ((delegate* unmanaged<nint*>)export)();
        var version = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)entry[1])()) ?? "unknown";
        var table = ((delegate* unmanaged<uint, nint*>)entry[0])(OrtSlots.ApiVersion);
        if (table is null) throw OnnxFailures.RuntimeMissing(path, $"Its version {version} is too old.");
        return new OrtLibrary(new OrtApi(table), version);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
