using Fairlead.Core.Results;
using Fairlead.Onnx;

namespace Fairlead.Packaging;

/// <summary>A code for every way in which a model can be refused; the words are the exception's.</summary>
public static class ModelProblems
{
    public static Problem Of(OnnxException exception) => new(CodeOf(exception.Failure), exception.Message, exception.Remedy);

    internal static string CodeOf(OnnxFailure failure) => failure switch
    {
        OnnxFailure.RuntimeMissing => "FL2001",
        OnnxFailure.Missing => "FL2002",
        OnnxFailure.Folder => "FL2003",
        OnnxFailure.Unreadable => "FL2004",
        OnnxFailure.Empty => "FL2005",
        OnnxFailure.LfsPointer => "FL2006",
        OnnxFailure.Truncated => "FL2007",
        OnnxFailure.NotOnnx => "FL2008",
        OnnxFailure.ExternalDataOutside => "FL2009",
        OnnxFailure.ExternalDataMissing => "FL2010",
        OnnxFailure.UnsupportedOpset => "FL2011",
        OnnxFailure.UnsupportedOperator => "FL2012",
        OnnxFailure.UnsupportedInput => "FL2013",
        OnnxFailure.UnsupportedOutput => "FL2014",
        OnnxFailure.LocaleMissing => "FL2015",
        OnnxFailure.Refused => "FL2016",
        OnnxFailure.InvalidInput => "FL2017",
        OnnxFailure.RunFailed => "FL2018",
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, null),
    };
}
