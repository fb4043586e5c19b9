using System.Numerics;
using System.Runtime.InteropServices;
using Flex.IO;

namespace Flex.Fields.Solvers;

/// <summary>
/// The state of a solver at an output time, in full precision, beside the unfinished output file: what a killed run
/// continues from.
/// </summary>
/// <remarks>File: outputs written so far and steps (int64), time (float64), Re ω̂ and Im ω̂ as they lie in memory.</remarks>
internal static class SavedState
{
    private const int HeaderLength = 3 * sizeof(long);

    /// <summary>Where the state of a run is kept.</summary>
    /// <param name="output">The file that the run will write.</param>
    public static string PathFor(string output) => output + ".state";

    /// <summary>Writes the state, all of it or nothing.</summary>
    /// <param name="output">The file that the run will write.</param>
    /// <param name="solver">The state.</param>
    /// <param name="outputs">Number of output times that have been written.</param>
    /// <typeparam name="T">Precision.</typeparam>
    public static void Write<T>(string output, VorticitySolver<T> solver, int outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => AtomicFile.Write(PathFor(output), stream =>
    {
        stream.Write(BitConverter.GetBytes((long)outputs));
        stream.Write(BitConverter.GetBytes(solver.Steps));
        stream.Write(BitConverter.GetBytes(solver.Time));
        stream.Write(MemoryMarshal.AsBytes(solver.Vorticity.Re));
        stream.Write(MemoryMarshal.AsBytes(solver.Vorticity.Im));
    });

    /// <summary>Reads the state.</summary>
    /// <param name="output">The file that the run will write.</param>
    /// <param name="solver">Receives the state.</param>
    /// <returns>Number of output times that have been written.</returns>
    /// <exception cref="InputException">The file is not the state of such a run.</exception>
    /// <typeparam name="T">Precision.</typeparam>
    public static int Read<T>(string output, VorticitySolver<T> solver)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var bytes = File.ReadAllBytes(PathFor(output)).AsSpan();
        var re = MemoryMarshal.AsBytes(solver.Vorticity.Re);
        var im = MemoryMarshal.AsBytes(solver.Vorticity.Im);
        if (bytes.Length != HeaderLength + re.Length + im.Length)
        {
            throw new InputException($"cannot continue from {PathFor(output)}: it belongs to another run; delete it and start again");
        }

        solver.Steps = BitConverter.ToInt64(bytes[sizeof(long)..]);
        solver.Time = BitConverter.ToDouble(bytes[(2 * sizeof(long))..]);
        bytes.Slice(HeaderLength, re.Length).CopyTo(re);
        bytes[(HeaderLength + re.Length)..].CopyTo(im);
        return (int)BitConverter.ToInt64(bytes);
    }
}
