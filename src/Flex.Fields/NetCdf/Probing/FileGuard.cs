namespace Flex.Fields.NetCdf.Probing;

/// <summary>
/// Has a child process try what is about to be read of a file: netCDF-C and HDF5 are C libraries that a damaged or hostile file
/// can crash, keep busy for ever, or fill the memory with. What happens to the child ends as an error line.
/// </summary>
/// <remarks>
/// The child is the program <c>flex-probe</c> beside this assembly, started with the first file and kept. Metadata are tried when
/// a file is opened and every chunk of data once, before it is first read: see <see cref="ProbedBlocks"/>.
/// </remarks>
internal sealed class FileGuard : IDisposable
{
    private const string Program = "flex-probe";

    private readonly IReadOnlyList<string> _program;
    private readonly ProbeLimits _limits;
    private readonly Lock _oneAtATime = new();
    private ProbeProcess? _child;

    /// <summary>Creates a guard; its child starts with the first file.</summary>
    /// <param name="program">The program that calls <see cref="ProbeServer.Run"/>, and its arguments.</param>
    /// <param name="limits">What a request may take.</param>
    public FileGuard(IReadOnlyList<string> program, ProbeLimits limits) => (_program, _limits) = (program, limits);

    /// <summary>The guard of this process, as there is one netCDF-C in it; null where a program comes without <c>flex-probe</c>.</summary>
    public static FileGuard? Shared { get; } = Find();

    /// <summary>Tries a request.</summary>
    /// <param name="request">What is about to be done.</param>
    /// <param name="shown">The file's name in messages.</param>
    /// <exception cref="InputException">The child did not survive it.</exception>
    public void Try(ProbeRequest request, string shown)
    {
        if (Ask(request) is { } fate)
        {
            throw new InputException($"cannot read {shown}: {fate}; the file is damaged or hostile: copy or make it again");
        }
    }

    /// <summary>Has the child close a file, after which it can be closed here.</summary>
    /// <param name="path">The file, as an absolute path.</param>
    /// <returns>Whether the child survived it.</returns>
    public bool TryClose(string path)
    {
        lock (_oneAtATime)
        {
            return _child is null || Ask(new ProbeRequest(ProbeKind.Close, path)) is null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_oneAtATime)
        {
            _child?.Dispose();
            _child = null;
        }
    }

    // What the request did to the child, or null.
    private string? Ask(ProbeRequest request)
    {
        lock (_oneAtATime)
        {
            _child ??= ProbeProcess.Start(_program, _limits);
            var fate = _child.Ask(request);
            if (fate is not null)
            {
                _child.Dispose();
                _child = null;
            }

            return fate;
        }
    }

    private static FileGuard? Find()
    {
        // A program that dotnet runs has its child run the same way; one that starts by itself has a child that does.
        var beside = Path.Combine(AppContext.BaseDirectory, Program);
        string[] program = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [Environment.ProcessPath!, "exec", beside + ".dll"]
            : [beside];
        return File.Exists(program[^1]) ? new FileGuard(program, new ProbeLimits()) : null;
    }
}
