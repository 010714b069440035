using System.Net;
using Fairlead.Core.Engines;
using Fairlead.Core.Results;

namespace Fairlead.Engines.Docker.Images;

/// <summary>An image's archive, written straight into the request: it lies nowhere in between.</summary>
internal sealed class ArchiveContent : HttpContent
{
    private readonly IImageSource _store;
    private readonly SourceImage _image;
    private readonly string _name;

    public ArchiveContent(IImageSource store, SourceImage image, string name)
    {
        (_store, _image, _name) = (store, image, name);
        Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-tar");
    }

    /// <summary>Why the archive could not be written whole.</summary>
    public IReadOnlyList<Problem> Problems { get; private set; } = [];

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var written = await _store.WriteDockerArchiveAsync(_image, _name, stream, cancellationToken);
        if (written.IsOk) return;
        Problems = written.Problems;
        throw new IOException(written.Problems[0].Message);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
