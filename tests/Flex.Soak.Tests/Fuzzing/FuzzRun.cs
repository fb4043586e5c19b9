using System.Globalization;
using Flex.Cli;
using Flex.Soak.Tests.Support;
using Flex.Torch.Random;

namespace Flex.Soak.Tests.Fuzzing;

/// <summary>Has many damaged files read and requires that each ends soundly: read, or refused in one line with status 2.</summary>
internal sealed class FuzzRun(FuzzFormat format) : IDisposable
{
    private const uint Stream = 0x6675_7A7A;
    private const long MostMebibytes = 1024;
    private const int MostFailures = 8;
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _failures = [];
    private int _refused;
    private TimeSpan _worst;

    public void Dispose() => _folder.Dispose();

    /// <summary>Tries the cases 0 … <paramref name="cases"/> − 1, the same at every run.</summary>
    public void Try(int cases)
    {
        PeakMemory.Reset();
        for (var i = 0; i < cases && _failures.Count < MostFailures; i++)
        {
            Place(format.Make(new CounterGenerator((ulong)i, Stream)));
            foreach (var reader in format.Read(_folder[format.File], _folder["out"]))
            {
                if (Fault(reader) is { } fault)
                {
                    _failures.Add($"case {i}, {reader.Name}: {fault} (kept as {Keep(i)})");
                }
            }
        }

        RequireSound();
        Assert.Empty(_failures);
        Assert.InRange(_refused, cases / 4, int.MaxValue);
        Assert.InRange(PeakMemory.Mebibytes, 0, MostMebibytes);
        SoakReport.Add(string.Create(
            CultureInfo.InvariantCulture, $"{format.Name}: {cases} files, {_refused} refusals, at most {_worst.TotalSeconds:0.00} s a file, {PeakMemory.Mebibytes} MiB"));
    }

    // A new file every time: HDF5 knows files by their inode, and may not have let go of a damaged one.
    private void Place(byte[] bytes)
    {
        File.Delete(_folder[format.File]);
        File.WriteAllBytes(_folder[format.File], bytes);
    }

    // A process that has met so many others still reads these.
    private void RequireSound()
    {
        foreach (var sound in format.Sound())
        {
            Place(sound);
            foreach (var reader in format.Read(_folder[format.File], _folder["out"]))
            {
                var result = reader.Run();
                Assert.True(result.Status == ExitStatus.Success, $"{reader.Name} refuses a sound file: {result.Error}");
                File.Delete(_folder["out"]);
            }
        }
    }

    // What went wrong, or null.
    private string? Fault(FuzzReader reader)
    {
        var work = Task.Run(reader.Run);
        TimeSpan time;
        try
        {
            if (!Patience.Wait(_longest, work.Wait, out time))
            {
                return $"runs for more than {_longest.TotalSeconds} s";
            }
        }
        catch (AggregateException e)
        {
            return e.Message;
        }

        _worst = time > _worst ? time : _worst;
        var result = work.Result;
        if (result.Status == ExitStatus.Success)
        {
            File.Delete(_folder["out"]);
        }
        else if (result.IsRefusal)
        {
            _refused++;
        }
        else
        {
            return $"status {result.Status}, '{result.Out}', '{result.Error}'";
        }

        var files = _folder.Files();
        return files.Length == 1 ? null : $"leaves {string.Join(", ", files)}";
    }

    // Leaves the file for whoever looks into it.
    private string Keep(int i)
    {
        var kept = Path.Combine(Path.GetTempPath(), $"flex-fuzz-{i}-{format.File}");
        File.Copy(_folder[format.File], kept, overwrite: true);
        return kept;
    }
}
