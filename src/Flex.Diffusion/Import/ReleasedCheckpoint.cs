using Flex.Torch.State;

namespace Flex.Diffusion.Import;

/// <summary>
/// The weights in a checkpoint of the released training code: a state dictionary a network, and the moving average as a bare list
/// of parameters in the order of the networks.
/// </summary>
public static class ReleasedCheckpoint
{
    private const string Average = "ema";
    private const string AverageList = "shadow_params";

    // The order of the moving average's list.
    private static readonly string[] Networks = ["encoder", "decoder", "superres_encoder", "forecast_encoder"];

    /// <summary>Reads the weights; nothing in the file is executed.</summary>
    /// <param name="path">The <c>.pt</c> file.</param>
    /// <param name="averaged">Whether to take the moving average (EMA), which is what sampling uses, or the raw weights.</param>
    /// <returns>Tensors by full name (<c>encoder.…</c>), buffers included, in the order of the file.</returns>
    /// <exception cref="InputException">The file cannot be read, or is no such checkpoint.</exception>
    public static OrderedDictionary<string, TensorData> Read(string path, bool averaged)
    {
        if (PyTorchCheckpoint.Read(path) is not PickleDictionary root)
        {
            throw new InputException($"{path} does not hold a dictionary: it is no checkpoint of the released training code");
        }

        var state = new OrderedDictionary<string, TensorData>();
        foreach (var network in Networks)
        {
            if (root.Find(network) is PickleDictionary tensors)
            {
                Add(state, network, tensors, path);
            }
        }

        if (averaged)
        {
            Replace(state, root, path);
        }

        return state;
    }

    private static void Add(OrderedDictionary<string, TensorData> state, string network, PickleDictionary tensors, string path)
    {
        foreach (var (key, value) in tensors.Items)
        {
            if (key is not PickleText name || value is not PickleTensor tensor)
            {
                throw new InputException($"'{network}' in {path} holds something else than tensors by name: it is no checkpoint of the released training code");
            }

            state.Add($"{network}.{name.Value}", tensor.Data);
        }
    }

    private static void Replace(OrderedDictionary<string, TensorData> state, PickleDictionary root, string path)
    {
        if (root.Find(Average) is not PickleDictionary average || average.Find(AverageList) is not PickleList list)
        {
            throw new InputException($"{path} has no moving average ({Average}.{AverageList}): use --weights raw");
        }

        string[] parameters = [.. state.Keys.Where(name => !IsBuffer(name))];
        if (parameters.Length != list.Items.Count)
        {
            throw new InputException($"the moving average in {path} has {list.Items.Count} tensors where the networks have {parameters.Length} parameters: use --weights raw");
        }

        foreach (var (name, item) in parameters.Zip(list.Items))
        {
            if (item is not PickleTensor { Data: var data } || !data.Shape.SequenceEqual(state[name].Shape))
            {
                throw new InputException($"the moving average in {path} does not fit the parameter {name}: use --weights raw");
            }

            state[name] = data;
        }
    }

    private static bool IsBuffer(string name) =>
        name.EndsWith(".freqs", StringComparison.Ordinal) || name.EndsWith(".phases", StringComparison.Ordinal);
}
