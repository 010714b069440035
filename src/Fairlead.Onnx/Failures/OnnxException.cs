namespace Fairlead.Onnx;

/// <summary>Why a model could not be loaded or run.</summary>
public enum OnnxFailure
{
    /// <summary>The ONNX Runtime library itself is not there or too old.</summary>
    RuntimeMissing,
    Missing,
    Folder,
    Unreadable,
    Empty,
    LfsPointer,
    Truncated,
    NotOnnx,

    /// <summary>A tensor's data lies in a file outside the model's folder.</summary>
    ExternalDataOutside,
    ExternalDataMissing,
    UnsupportedOpset,
    UnsupportedOperator,
    UnsupportedInput,
    UnsupportedOutput,

    /// <summary>An operator needs the en_US.UTF-8 locale, which this machine lacks.</summary>
    LocaleMissing,

    /// <summary>ONNX Runtime refused the model for another reason; its text says which.</summary>
    Refused,

    /// <summary>The request does not fit the model's inputs.</summary>
    InvalidInput,

    /// <summary>The model failed while it ran.</summary>
    RunFailed,
}

/// <summary>A model that could not be loaded or run. The message says it in plain words and ends with ONNX Runtime's own text where there is one.</summary>
public sealed class OnnxException : Exception
{
    internal OnnxException(OnnxFailure failure, string explanation, string remedy, string? detail = null, Exception? inner = null)
        : base(detail is null ? explanation : $"{explanation} ONNX Runtime says: {detail}", inner) =>
        (Failure, Explanation, Remedy, Detail) = (failure, explanation, remedy, detail);

    public OnnxFailure Failure { get; }

    /// <summary>What is wrong, in plain words.</summary>
    public string Explanation { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }

    /// <summary>ONNX Runtime's own text; null when the failure was found before it was asked.</summary>
    public string? Detail { get; }
}
