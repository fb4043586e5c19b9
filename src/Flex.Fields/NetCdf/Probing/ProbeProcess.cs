using System.ComponentModel;
using System.Diagnostics;

namespace Flex.Fields.NetCdf.Probing;

/// <summary>A running child, watched while it works.</summary>
internal sealed class ProbeProcess : IDisposable
{
    private static readonly TimeSpan _glance = TimeSpan.FromMilliseconds(10);

    private readonly Process _process;
    private readonly ProbeLimits _limits;
    private readonly BinaryWriter _requests;
    private readonly Stream _answers;
    private readonly byte[] _answer = new byte[1];

    private ProbeProcess(Process process, ProbeLimits limits)
    {
        (_process, _limits) = (process, limits);
        _requests = new BinaryWriter(new BufferedStream(process.StandardInput.BaseStream));
        _answers = process.StandardOutput.BaseStream;
        process.BeginErrorReadLine(); // what a dying runtime says is of no use to the user
    }

    /// <summary>Starts a child.</summary>
    /// <param name="program">The program and its arguments.</param>
    /// <param name="limits">What a request may take.</param>
    /// <exception cref="InputException">It cannot be started.</exception>
    public static ProbeProcess Start(IReadOnlyList<string> program, ProbeLimits limits)
    {
        var start = new ProcessStartInfo(program[0], program.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return new ProbeProcess(Process.Start(start)!, limits);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new InputException($"cannot start {program[0]}, which tries files before they are read: {e.Message}", e);
        }
    }

    /// <summary>Asks the child and waits for what becomes of it.</summary>
    /// <param name="request">What to do.</param>
    /// <returns>Null where the child survived, or what the file did to it; the child is dead then.</returns>
    public string? Ask(ProbeRequest request)
    {
        try
        {
            var before = _process.TotalProcessorTime;
            var limit = request.Kind == ProbeKind.Block ? _limits.Work : _limits.Opening;
            request.Write(_requests);
            var answer = _answers.ReadAsync(_answer).AsTask();
            while (!answer.Wait(_glance))
            {
                _process.Refresh();
                if (_process.HasExited)
                {
                    break;
                }

                if (_process.WorkingSet64 > _limits.Memory)
                {
                    return $"it takes more than {_limits.Memory >> 20} MiB to read";
                }

                if (_process.TotalProcessorTime - before > limit)
                {
                    return $"it keeps the netCDF library busy for more than {limit.TotalSeconds} s";
                }
            }

            return answer.Result == 1 && _answer[0] == ProbeServer.Survived ? null : Died();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or Win32Exception or AggregateException)
        {
            return Died(); // the pipe broke, or the process ended while it was looked at
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private static string Died() => "it crashes the netCDF library";
}

/// <summary>What one request may take of the machine.</summary>
internal sealed record ProbeLimits
{
    /// <summary>Processor time for a block of values; waiting for a slow disk does not count.</summary>
    public TimeSpan Work { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Processor time for names and sizes, which take a sound file milliseconds.</summary>
    public TimeSpan Opening { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Resident memory in bytes.</summary>
    public long Memory { get; init; } = 768L << 20;
}
