using System.Text.Json;
using Flex.Torch;
using Flex.Torch.Nn;
using Flex.Torch.State;

namespace Flex.Training;

/// <summary>The whole state of a training run in one safetensors file: weights, moments, averages and position.</summary>
public static class Checkpoint
{
    private const string KindKey = "kind", Kind = "flex-checkpoint", ConfigKey = "config", PositionKey = "position";

    /// <summary>Writes a checkpoint atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">Every tensor of the state.</param>
    /// <param name="position">Where the run stands.</param>
    /// <param name="config">The resolved configuration, for those who look inside.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<(string Name, Tensor Value)> state, TrainingPosition position, string config) =>
        SafeTensors.Write(
            path,
            state.Select(entry => KeyValuePair.Create(entry.Name, entry.Value.ToData())),
            new Dictionary<string, string>
            {
                [KindKey] = Kind,
                [ConfigKey] = config,
                [PositionKey] = JsonSerializer.Serialize(position),
            });

    /// <summary>Reads a checkpoint into the tensors of a run of the same configuration.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">Every tensor of the state.</param>
    /// <returns>Where the run stood.</returns>
    /// <exception cref="InputException">The file cannot be read or belongs to another network; then nothing was changed.</exception>
    public static TrainingPosition Read(string path, IEnumerable<(string Name, Tensor Value)> state)
    {
        var file = SafeTensors.Read(path);
        var position = PositionOf(path, file);
        var targets = state.ToList();
        var strange = targets.Find(target =>
            !file.Tensors.TryGetValue(target.Name, out var data)
            || data.Type != target.Value.DType || !data.Shape.SequenceEqual(target.Value.Shape));
        if (strange.Name is not null || file.Tensors.Count != targets.Count)
        {
            throw new InputException($"{path} holds the state of another network (at {strange.Name ?? "its end"}); resume with the configuration it was made with");
        }

        using var noGrad = GradMode.NoGrad();
        foreach (var (name, target) in targets)
        {
            using var scope = new TensorScope();
            target.CopyInPlace(file.Tensors[name].ToTensor());
        }

        return position;
    }

    private static TrainingPosition PositionOf(string path, StateFile file)
    {
        try
        {
            if (file.Metadata.GetValueOrDefault(KindKey) == Kind && file.Metadata.TryGetValue(PositionKey, out var json)
                && JsonSerializer.Deserialize<TrainingPosition>(json) is { } position)
            {
                return position;
            }
        }
        catch (JsonException)
        {
            // The message below says it.
        }

        throw new InputException($"{path} is no checkpoint of a training run; remove it or name another run folder");
    }
}
