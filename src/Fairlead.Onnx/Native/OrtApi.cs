namespace Fairlead.Onnx.Native;

/// <summary>
/// The functions of ONNX Runtime's C API that are used here. Each status is null for success, else owned by the caller;
/// <see cref="OrtStatus.Check"/> turns it into an exception and releases it.
/// </summary>
internal sealed unsafe class OrtApi(nint* table)
{
    public readonly delegate* unmanaged<nint, int> GetErrorCode = (delegate* unmanaged<nint, int>)table[OrtSlots.GetErrorCode];
    public readonly delegate* unmanaged<nint, byte*> GetErrorMessage = (delegate* unmanaged<nint, byte*>)table[OrtSlots.GetErrorMessage];
    public readonly delegate* unmanaged<nint, void> ReleaseStatus = (delegate* unmanaged<nint, void>)table[OrtSlots.ReleaseStatus];

    // Environment and session
    public readonly delegate* unmanaged<delegate* unmanaged<nint, int, byte*, byte*, byte*, byte*, void>, nint, int, byte*, out nint, nint> CreateEnv =
        (delegate* unmanaged<delegate* unmanaged<nint, int, byte*, byte*, byte*, byte*, void>, nint, int, byte*, out nint, nint>)table[OrtSlots.CreateEnvWithCustomLogger];

    public readonly delegate* unmanaged<nint, nint> DisableTelemetry = (delegate* unmanaged<nint, nint>)table[OrtSlots.DisableTelemetryEvents];
    public readonly delegate* unmanaged<nint, byte*, nint, out nint, nint> CreateSession = (delegate* unmanaged<nint, byte*, nint, out nint, nint>)table[OrtSlots.CreateSession];
    public readonly delegate* unmanaged<nint, void*, nuint, nint, out nint, nint> CreateSessionFromArray =
        (delegate* unmanaged<nint, void*, nuint, nint, out nint, nint>)table[OrtSlots.CreateSessionFromArray];

    public readonly delegate* unmanaged<nint, void> ReleaseSession = (delegate* unmanaged<nint, void>)table[OrtSlots.ReleaseSession];

    // Session options
    public readonly delegate* unmanaged<out nint, nint> CreateSessionOptions = (delegate* unmanaged<out nint, nint>)table[OrtSlots.CreateSessionOptions];
    public readonly delegate* unmanaged<nint, int, nint> SetExecutionMode = (delegate* unmanaged<nint, int, nint>)table[OrtSlots.SetSessionExecutionMode];
    public readonly delegate* unmanaged<nint, int, nint> SetOptimization = (delegate* unmanaged<nint, int, nint>)table[OrtSlots.SetSessionGraphOptimizationLevel];
    public readonly delegate* unmanaged<nint, int, nint> SetIntraOpThreads = (delegate* unmanaged<nint, int, nint>)table[OrtSlots.SetIntraOpNumThreads];
    public readonly delegate* unmanaged<nint, int, nint> SetInterOpThreads = (delegate* unmanaged<nint, int, nint>)table[OrtSlots.SetInterOpNumThreads];
    public readonly delegate* unmanaged<nint, nint> DisableMemoryPattern = (delegate* unmanaged<nint, nint>)table[OrtSlots.DisableMemPattern];
    public readonly delegate* unmanaged<nint, nint> DisableMemoryArena = (delegate* unmanaged<nint, nint>)table[OrtSlots.DisableCpuMemArena];
    public readonly delegate* unmanaged<nint, byte*, byte*, nint> AddConfig = (delegate* unmanaged<nint, byte*, byte*, nint>)table[OrtSlots.AddSessionConfigEntry];
    public readonly delegate* unmanaged<nint, void> ReleaseSessionOptions = (delegate* unmanaged<nint, void>)table[OrtSlots.ReleaseSessionOptions];

    // Inputs, outputs and their types
    public readonly delegate* unmanaged<nint, out nuint, nint> GetInputCount = (delegate* unmanaged<nint, out nuint, nint>)table[OrtSlots.SessionGetInputCount];
    public readonly delegate* unmanaged<nint, out nuint, nint> GetOutputCount = (delegate* unmanaged<nint, out nuint, nint>)table[OrtSlots.SessionGetOutputCount];
    public readonly delegate* unmanaged<nint, nuint, nint, out byte*, nint> GetInputName = (delegate* unmanaged<nint, nuint, nint, out byte*, nint>)table[OrtSlots.SessionGetInputName];
    public readonly delegate* unmanaged<nint, nuint, nint, out byte*, nint> GetOutputName = (delegate* unmanaged<nint, nuint, nint, out byte*, nint>)table[OrtSlots.SessionGetOutputName];
    public readonly delegate* unmanaged<nint, nuint, out nint, nint> GetInputType = (delegate* unmanaged<nint, nuint, out nint, nint>)table[OrtSlots.SessionGetInputTypeInfo];
    public readonly delegate* unmanaged<nint, nuint, out nint, nint> GetOutputType = (delegate* unmanaged<nint, nuint, out nint, nint>)table[OrtSlots.SessionGetOutputTypeInfo];
    public readonly delegate* unmanaged<nint, out int, nint> GetKind = (delegate* unmanaged<nint, out int, nint>)table[OrtSlots.GetOnnxTypeFromTypeInfo];
    public readonly delegate* unmanaged<nint, out nint, nint> AsTensorType = (delegate* unmanaged<nint, out nint, nint>)table[OrtSlots.CastTypeInfoToTensorInfo];
    public readonly delegate* unmanaged<nint, out nint, nint> AsMapType = (delegate* unmanaged<nint, out nint, nint>)table[OrtSlots.CastTypeInfoToMapTypeInfo];
    public readonly delegate* unmanaged<nint, out nint, nint> AsSequenceType = (delegate* unmanaged<nint, out nint, nint>)table[OrtSlots.CastTypeInfoToSequenceTypeInfo];
    public readonly delegate* unmanaged<nint, out nint, nint> GetMapValueType = (delegate* unmanaged<nint, out nint, nint>)table[OrtSlots.GetMapValueType];
    public readonly delegate* unmanaged<nint, out nint, nint> GetSequenceItemType = (delegate* unmanaged<nint, out nint, nint>)table[OrtSlots.GetSequenceElementType];
    public readonly delegate* unmanaged<nint, out int, nint> GetElementType = (delegate* unmanaged<nint, out int, nint>)table[OrtSlots.GetTensorElementType];
    public readonly delegate* unmanaged<nint, out nuint, nint> GetRank = (delegate* unmanaged<nint, out nuint, nint>)table[OrtSlots.GetDimensionsCount];
    public readonly delegate* unmanaged<nint, long*, nuint, nint> GetDimensions = (delegate* unmanaged<nint, long*, nuint, nint>)table[OrtSlots.GetDimensions];
    public readonly delegate* unmanaged<nint, byte**, nuint, nint> GetDimensionNames = (delegate* unmanaged<nint, byte**, nuint, nint>)table[OrtSlots.GetSymbolicDimensions];
    public readonly delegate* unmanaged<nint, void> ReleaseType = (delegate* unmanaged<nint, void>)table[OrtSlots.ReleaseTypeInfo];
    public readonly delegate* unmanaged<nint, void> ReleaseTensorType = (delegate* unmanaged<nint, void>)table[OrtSlots.ReleaseTensorTypeAndShapeInfo];

    // Runs
    public readonly delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint> Run =
        (delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)table[OrtSlots.Run];

    public readonly delegate* unmanaged<out nint, nint> CreateRunOptions = (delegate* unmanaged<out nint, nint>)table[OrtSlots.CreateRunOptions];
    public readonly delegate* unmanaged<nint, nint> SetTerminate = (delegate* unmanaged<nint, nint>)table[OrtSlots.RunOptionsSetTerminate];
    public readonly delegate* unmanaged<nint, void> ReleaseRunOptions = (delegate* unmanaged<nint, void>)table[OrtSlots.ReleaseRunOptions];

    // Values
    public readonly delegate* unmanaged<int, int, out nint, nint> CreateCpuMemoryInfo = (delegate* unmanaged<int, int, out nint, nint>)table[OrtSlots.CreateCpuMemoryInfo];
    public readonly delegate* unmanaged<out nint, nint> GetDefaultAllocator = (delegate* unmanaged<out nint, nint>)table[OrtSlots.GetAllocatorWithDefaultOptions];
    public readonly delegate* unmanaged<nint, void*, nint> Free = (delegate* unmanaged<nint, void*, nint>)table[OrtSlots.AllocatorFree];
    public readonly delegate* unmanaged<nint, long*, nuint, int, out nint, nint> CreateTensor = (delegate* unmanaged<nint, long*, nuint, int, out nint, nint>)table[OrtSlots.CreateTensorAsOrtValue];
    public readonly delegate* unmanaged<nint, void*, nuint, long*, nuint, int, out nint, nint> CreateTensorOver =
        (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, out nint, nint>)table[OrtSlots.CreateTensorWithDataAsOrtValue];

    public readonly delegate* unmanaged<nint, nuint, nuint, out byte*, nint> ResizeString = (delegate* unmanaged<nint, nuint, nuint, out byte*, nint>)table[OrtSlots.GetResizedStringTensorElementBuffer];
    public readonly delegate* unmanaged<nint, out void*, nint> GetData = (delegate* unmanaged<nint, out void*, nint>)table[OrtSlots.GetTensorMutableData];
    public readonly delegate* unmanaged<nint, out nuint, nint> GetStringsLength = (delegate* unmanaged<nint, out nuint, nint>)table[OrtSlots.GetStringTensorDataLength];
    public readonly delegate* unmanaged<nint, byte*, nuint, nuint*, nuint, nint> GetStrings = (delegate* unmanaged<nint, byte*, nuint, nuint*, nuint, nint>)table[OrtSlots.GetStringTensorContent];
    public readonly delegate* unmanaged<nint, out nint, nint> GetTensorType = (delegate* unmanaged<nint, out nint, nint>)table[OrtSlots.GetTensorTypeAndShape];
    public readonly delegate* unmanaged<nint, int, nint, out nint, nint> GetItem = (delegate* unmanaged<nint, int, nint, out nint, nint>)table[OrtSlots.GetValue];
    public readonly delegate* unmanaged<nint, out nuint, nint> GetItemCount = (delegate* unmanaged<nint, out nuint, nint>)table[OrtSlots.GetValueCount];
    public readonly delegate* unmanaged<nint, void> ReleaseValue = (delegate* unmanaged<nint, void>)table[OrtSlots.ReleaseValue];
}
