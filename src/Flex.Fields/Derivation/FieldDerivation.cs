using System.Globalization;
using Flex.Fields.NetCdf;
using Flex.Fields.Resampling;
using Flex.IO;

namespace Flex.Fields.Derivation;

/// <summary>Makes a CF file of some variables, times and functions of variables of another file.</summary>
public sealed class FieldDerivation : IDisposable
{
    /// <summary>The name of the kinetic energy.</summary>
    public const string KineticEnergyName = "ke";

    private readonly DerivationSettings _settings;
    private readonly Dictionary<string, FieldSeries> _sources = [];
    private readonly int[] _times;

    /// <summary>Opens the file.</summary>
    /// <param name="path">A netCDF or HDF5 file.</param>
    /// <param name="settings">What is made of it.</param>
    /// <param name="warn">Receives a sentence where the file leaves something open.</param>
    /// <exception cref="InputException">The file does not have what is asked for, or its variables differ in shape.</exception>
    public FieldDerivation(string path, DerivationSettings settings, Action<string>? warn = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        try
        {
            foreach (var name in settings.Sources)
            {
                _sources[name] = FieldSeries.Open(path, name, settings.Selection, _sources.Count == 0 ? warn : null);
            }

            Source = _sources.Values.FirstOrDefault() ?? throw new InputException($"nothing is asked for of {path}: name variables with --keep, or two with --kinetic-energy");
            if (_sources.Values.FirstOrDefault(s => !s.Field.Variable.Dimensions.SequenceEqual(Source.Field.Variable.Dimensions)) is { } other)
            {
                throw new InputException($"{Source.Field.Variable} and {other.Field.Variable} of {path} have different dimensions: one file cannot hold both, choose variables of one shape");
            }

            _times = settings.Times.Select(Source.Count, path);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The first variable that is read.</summary>
    public FieldSeries Source { get; }

    /// <summary>Writes the file, which appears complete or not at all.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="attributes">Its text attributes.</param>
    /// <param name="numbers">Its numeric attributes.</param>
    /// <param name="progress">Told of the times.</param>
    /// <param name="cancellation">Stops between times.</param>
    /// <returns>What was written, and the missing values of every variable that was read.</returns>
    /// <exception cref="InputException">A field has no value to fill from, or a file cannot be read or written.</exception>
    public (OutputSpec Spec, IReadOnlyList<MissingCount> Missing) Write(
        string path,
        IReadOnlyDictionary<string, string> attributes,
        IReadOnlyDictionary<string, double> numbers,
        IProgress progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(progress);
        using var writer = FieldWriter.Create(path, new OutputSpec
        {
            Grid = Source.Grid,
            Times = [.. _times.Select(time => Source.Times[time])],
            TimeUnits = Source.TimeUnits,
            Fields = [.. Outputs()],
            Attributes = attributes,
            Numbers = numbers,
        });
        var missing = _sources.Keys.ToDictionary(name => name, name => new MissingCount(name, 0, 0));
        for (var i = 0; i < _times.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var fields = _sources.ToDictionary(source => source.Key, source => Read(source.Value, _times[i], missing));
            if (_settings.KineticEnergy is { } wind)
            {
                writer.Write(KineticEnergyName, 0, i, KineticEnergy(fields[wind.U], fields[wind.V]));
            }

            foreach (var name in _settings.Keep)
            {
                writer.Write(OutputField.Like(_sources[name].Field.Variable).Name, 0, i, fields[name]);
            }

            progress.Report(i + 1, _times.Length);
        }

        writer.Commit();
        return (writer.Spec, [.. missing.Values.Where(count => count.Values > 0)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in _sources.Values)
        {
            source.Dispose();
        }
    }

    private IEnumerable<OutputField> Outputs()
    {
        if (_settings.KineticEnergy is var (u, v))
        {
            yield return new OutputField(
                KineticEnergyName, UnitText.Square(_sources[u].Field.Variable.Units ?? "1"), $"kinetic energy per mass, ({u}^2 + {v}^2)/2");
        }

        foreach (var field in _settings.Keep.Select(name => OutputField.Like(_sources[name].Field.Variable)))
        {
            yield return field with { Units = UnitText.Spell(field.Units) };
        }
    }

    private float[] Read(FieldSeries source, int time, Dictionary<string, MissingCount> missing)
    {
        var values = source.Read(time);
        var absent = values.Count(value => !float.IsFinite(value));
        if (absent == 0)
        {
            return values;
        }

        var name = source.Field.Variable.Name;
        missing[name] = missing[name] with { Values = missing[name].Values + absent, Times = missing[name].Times + 1 };
        var grid = source.Grid;
        return !_settings.Fill || NeighbourFill.Fill(values, grid.Height, grid.Width, grid.Y.Periodic, grid.X.Periodic) is not null
            ? values
            : throw new InputException(string.Create(
                CultureInfo.InvariantCulture, $"every value of {name} in {source.File.Path} is missing at time index {time}, so there is nothing to fill from: leave the time out"));
    }

    private static float[] KineticEnergy(float[] u, float[] v)
    {
        var energy = new float[u.Length];
        for (var i = 0; i < energy.Length; i++)
        {
            energy[i] = 0.5f * ((u[i] * u[i]) + (v[i] * v[i]));
        }

        return energy;
    }
}

/// <summary>How much of a variable is missing.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Values">Missing values, over all times that were read.</param>
/// <param name="Times">Times with at least one.</param>
public sealed record MissingCount(string Variable, long Values, int Times);
