using System.Numerics;
using System.Text.Json;
using Flex.Fields.Grids;
using Flex.IO;

namespace Flex.Fields.NetCdf;

/// <summary>
/// Writes fields, of any size and in any order, to a CF-1.8 netCDF-4 file with the dimensions (member,) time, y, x.
/// Values go to <c>PATH.partial</c>; <see cref="Commit"/> turns that into the file, which appears complete or not at all.
/// </summary>
/// <remarks>
/// The file's bytes depend on the specification and the values alone, not on the order of writing, on threads, or on
/// whether the run was killed and resumed. Windows may be written by several threads at once.
/// </remarks>
public sealed class FieldWriter : IDisposable
{
    private readonly ScratchFile _scratch;
    private readonly bool _resumable;
    private bool _open = true;

    private FieldWriter(string path, ScratchFile scratch, bool resumable) =>
        (Path, _scratch, _resumable) = (path, scratch, resumable);

    /// <summary>The file that will be written.</summary>
    public string Path { get; }

    /// <summary>What it will contain; after <see cref="Resume"/>, with the attributes of the first start.</summary>
    public OutputSpec Spec => _scratch.Spec;

    /// <summary>Starts a file. Its space is reserved at once, so that a full disk is noticed early.</summary>
    /// <param name="path">The file to write; what is there stays until <see cref="Commit"/>.</param>
    /// <param name="spec">What it will contain.</param>
    /// <param name="resumable">Whether <see cref="Dispose"/> without <see cref="Commit"/> keeps the unfinished file.</param>
    /// <exception cref="InputException">Unwritable folder, full disk, a folder of that name, or an invalid specification.</exception>
    public static FieldWriter Create(string path, OutputSpec spec, bool resumable = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validate(path);
        if (Directory.Exists(path))
        {
            throw new InputException($"cannot write {path}: it is a folder; name a file");
        }

        var scratch = Guard(path, () => ScratchFile.Create(PartialPath(path), spec));
        return new FieldWriter(path, scratch, resumable);
    }

    /// <summary>Whether an earlier run left an unfinished file.</summary>
    /// <param name="path">The file that was to be written.</param>
    public static bool CanResume(string path) => File.Exists(PartialPath(path));

    /// <summary>Continues an unfinished file; what was written stays.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="spec">What it will contain; only the text attributes may differ from the first start's, which count.</param>
    /// <exception cref="InputException">There is no unfinished file, it is damaged, or it was started with another specification.</exception>
    public static FieldWriter Resume(string path, OutputSpec spec)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(spec);
        var partial = PartialPath(path);
        if (!CanResume(path))
        {
            throw new InputException($"cannot resume {path}: there is no unfinished {partial}; start again without resuming");
        }

        var scratch = Guard(path, () => ScratchFile.Open(partial))
            ?? throw new InputException($"cannot resume {path}: {partial} is damaged; delete it and start again");
        if (WithoutAttributes(scratch.Spec) != WithoutAttributes(spec))
        {
            scratch.Dispose();
            throw new InputException($"cannot resume {path}: {partial} was started with other settings; use those, or delete it and start again");
        }

        return new FieldWriter(path, scratch, resumable: true);
    }

    /// <summary>Writes a window of one member and time.</summary>
    /// <param name="field">Name of the data variable.</param>
    /// <param name="member">Index of the member; 0 for a variable without members.</param>
    /// <param name="time">Index of the time.</param>
    /// <param name="window">Rows and columns.</param>
    /// <param name="values">The values row by row; NaN is missing. Converted to the variable's precision.</param>
    /// <exception cref="InputException">The disk is full or fails.</exception>
    public void Write(string field, int member, int time, Window window, ReadOnlySpan<float> values) =>
        WriteRows(field, member, time, window, values);

    /// <inheritdoc cref="Write(string, int, int, Window, ReadOnlySpan{float})"/>
    public void Write(string field, int member, int time, Window window, ReadOnlySpan<double> values) =>
        WriteRows(field, member, time, window, values);

    /// <summary>Writes the whole field of one member and time.</summary>
    /// <inheritdoc cref="Write(string, int, int, Window, ReadOnlySpan{float})"/>
    public void Write(string field, int member, int time, ReadOnlySpan<float> values) =>
        WriteRows(field, member, time, Window.Whole(Spec.Grid.Height, Spec.Grid.Width), values);

    /// <summary>Writes the whole field of one member and time.</summary>
    /// <inheritdoc cref="Write(string, int, int, Window, ReadOnlySpan{float})"/>
    public void Write(string field, int member, int time, ReadOnlySpan<double> values) =>
        WriteRows(field, member, time, Window.Whole(Spec.Grid.Height, Spec.Grid.Width), values);

    /// <summary>Reads back a window of a variable stored as float32; what was not written is NaN.</summary>
    /// <param name="field">Name of the data variable.</param>
    /// <param name="member">Index of the member; 0 for a variable without members.</param>
    /// <param name="time">Index of the time.</param>
    /// <param name="window">Rows and columns.</param>
    /// <param name="destination">Receives the values row by row.</param>
    public void Read(string field, int member, int time, Window window, Span<float> destination)
    {
        var output = Find(field);
        if (output.Precision != Precision.Single)
        {
            throw new ArgumentException($"variable {field} is not stored as float32", nameof(field));
        }

        var first = First(output, member, time, window, destination.Length);
        for (var row = 0; row < window.Height; row++)
        {
            _scratch.Read(output, first + ((long)row * Spec.Grid.Width), destination.Slice(row * window.Width, window.Width));
        }
    }

    /// <summary>Brings everything written to the disk, so that it survives a power failure too.</summary>
    /// <exception cref="InputException">The disk fails.</exception>
    public void Flush() => Guard(Path, () =>
    {
        _scratch.Flush();
        return true;
    });

    /// <summary>Makes the netCDF file and closes the writer. What was never written is missing (_FillValue).</summary>
    /// <exception cref="InputException">The file cannot be written; the target is untouched.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(!_open, this);
        AtomicFile.WriteByPath(Path, temporary => NetCdfOutput.Write(temporary, Path, _scratch));
        Close(keep: false);
    }

    /// <summary>Closes the writer; unless it was committed or is resumable, nothing is left behind.</summary>
    public void Dispose()
    {
        if (_open)
        {
            Close(_resumable);
        }
    }

    private static string PartialPath(string path) => path + ".partial";

    private void WriteRows<T>(string field, int member, int time, Window window, ReadOnlySpan<T> values)
        where T : unmanaged, INumberBase<T>
    {
        var output = Find(field);
        var first = First(output, member, time, window, values.Length);

        // Whole rows are adjacent in the file: one call writes them all.
        var (rows, length) = window.Width == Spec.Grid.Width ? (1, values.Length) : (window.Height, window.Width);
        try
        {
            for (var row = 0; row < rows; row++)
            {
                _scratch.Write(output, first + ((long)row * Spec.Grid.Width), values.Slice(row * length, length));
            }
        }
        catch (IOException e)
        {
            throw new InputException($"cannot write {Path}: {e.Message}", e);
        }
    }

    private OutputField Find(string name)
    {
        ObjectDisposedException.ThrowIf(!_open, this);
        return Spec.Fields.FirstOrDefault(f => f.Name == name) ?? throw new ArgumentException($"no variable {name} was announced");
    }

    private long First(OutputField field, int member, int time, Window window, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(member);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(member, Spec.MembersOf(field));
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(time, Spec.Times.Count);
        var grid = Spec.Grid;
        if (!window.LiesIn(grid.Height, grid.Width) || window.Count != length)
        {
            throw new ArgumentException($"{length} values for {window} do not fit a {grid.Height}×{grid.Width} field");
        }

        return ((((((long)member * Spec.Times.Count) + time) * grid.Height) + window.Y) * grid.Width) + window.X;
    }

    private void Close(bool keep)
    {
        _open = false;
        _scratch.Dispose();
        if (!keep && File.Exists(PartialPath(Path)))
        {
            File.Delete(PartialPath(Path));
        }
    }

    private static string WithoutAttributes(OutputSpec spec) =>
        JsonSerializer.Serialize(spec with { Attributes = new Dictionary<string, string>() }, ScratchFile.SpecFormat);

    private static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (DirectoryNotFoundException e)
        {
            throw new InputException($"cannot write {path}: its folder does not exist; create it first", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException($"cannot write {path}: permission denied; choose a folder that you may write to", e);
        }
        catch (IOException e)
        {
            throw new InputException($"cannot write {path}: {e.Message}", e);
        }
    }
}
