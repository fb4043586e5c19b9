namespace Flex.Soak.Tests.Support;

/// <summary>Takes all file descriptors that this process may have, until it is disposed of.</summary>
internal sealed class Hunger : IDisposable
{
    private readonly List<FileStream> _files = [];

    public Hunger()
    {
        try
        {
            while (true)
            {
                _files.Add(new FileStream("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0));
            }
        }
        catch (IOException)
        {
            // None is left.
        }
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());
}
