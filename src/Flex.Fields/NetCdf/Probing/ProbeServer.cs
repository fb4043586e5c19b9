using System.Runtime.InteropServices;

namespace Flex.Fields.NetCdf.Probing;

/// <summary>
/// The child's side of <see cref="FileGuard"/>: does with a file what the parent is about to do. It answers with a byte that it
/// has survived; what a damaged file does to it instead is the parent's to see.
/// </summary>
public static partial class ProbeServer
{
    /// <summary>The answer to every request.</summary>
    internal const byte Survived = 1;

    private const int MostOpenFiles = 64;
    private const int SetDumpable = 4;

    /// <summary>Answers requests on standard input until it ends, which it does with the parent.</summary>
    public static void Run()
    {
        // An interruption is the parent's business, and a crash here is no reason to write a core file.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true);
        _ = prctl(SetDumpable, 0);
        Serve(Console.OpenStandardInput(), Console.OpenStandardOutput());
    }

    internal static void Serve(Stream requests, Stream answers)
    {
        var files = new Dictionary<string, FieldFile>();
        using var reader = new BinaryReader(requests);
        while (ProbeRequest.Read(reader) is { } request)
        {
            Try(request, files);
            answers.WriteByte(Survived);
            answers.Flush();
        }

        Close(files);
    }

    private static void Try(ProbeRequest request, Dictionary<string, FieldFile> files)
    {
        try
        {
            if (request.Kind != ProbeKind.Block)
            {
                if (files.Remove(request.Path, out var old))
                {
                    old.Dispose();
                }

                if (request.Kind == ProbeKind.Metadata)
                {
                    FieldFile.Open(request.Path, guard: null).Dispose();
                }

                return;
            }

            var size = request.Count.Aggregate(1L, (product, n) => checked(product * n));
            Opened(request.Path, files).Variables[request.Variable].Read(request.Start, request.Count, new double[size]);
        }
        catch (InputException)
        {
            // The parent meets the same, and has a user to tell.
        }
    }

    private static FieldFile Opened(string path, Dictionary<string, FieldFile> files)
    {
        if (!files.TryGetValue(path, out var file))
        {
            if (files.Count == MostOpenFiles)
            {
                Close(files);
            }

            files[path] = file = FieldFile.Open(path, guard: null);
        }

        return file;
    }

    private static void Close(Dictionary<string, FieldFile> files)
    {
        foreach (var file in files.Values)
        {
            file.Dispose();
        }

        files.Clear();
    }

    [LibraryImport("libc")]
    private static partial int prctl(int option, ulong argument);
}
